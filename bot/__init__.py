"""Guichet: a support-desk triage bot that leaves people unblocked, or with a complete ticket."""

__version__ = "0.1.0"

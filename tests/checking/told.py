"""What `check` says of YAML texts, in one line per problem."""

from bot.adapters.limits import CHANNEL_LIMITS
from bot.checking.check import check
from bot.flowfile.library import load

HEAD = """format: 1
flow: demo
title: Démonstration
start: question
interrupts: {human: {label: Une personne, text: Appelez le support.}}
"""
"""The first five lines of a flow; its nodes follow."""


def told(yaml: str) -> list[str]:
    """The problems of one flow that begins with `HEAD`, by line: `6:3 error[slug]: message`."""
    return told_of({"demo.yaml": HEAD + yaml})


def told_of(texts: dict[str, str], settings: str | None = None, *, whole: bool = False) -> list[str]:
    """The problems of these files, and of the desk's settings file."""
    found = check(load(texts, ("settings.yaml", settings) if settings else None), [], CHANNEL_LIMITS, whole=whole)
    return [f"{each.span.line}:{each.span.column} {each.severity}[{each.slug}]: {each.message}" for each in found]

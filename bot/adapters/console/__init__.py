"""The terminal as a channel: pleasant for people, plain on a pipe, JSON Lines for scripts."""

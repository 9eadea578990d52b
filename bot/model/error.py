"""What can go wrong that is not the user's doing."""


class BotError(Exception):
    """Our own exceptions: a bug, a broken file or a broken outside. What users do wrong is an effect instead."""

"""What the channels can show: the narrowest of them counts."""

from bot.checking.limits import Limits

CHANNEL_LIMITS = Limits(label=34, title=26, text=4096)
"""A message of 4,096 characters is Telegram's limit; a label of 34 fits one button line of a narrow phone."""

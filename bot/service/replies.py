"""Replies that ask nothing."""

from bot.model.message import Button, Message, Reply, Words
from bot.service.voice import Voice


def line(words: str, voice: Voice, offered: tuple[Button, ...] = ()) -> Reply:
    """A reply of these words, with what can be done with a ticket below them."""
    return Reply((Message((Words(words),)),), (), None, "", voice.language, 0, offers=offered)

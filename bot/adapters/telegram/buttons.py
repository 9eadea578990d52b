"""Buttons that know which question they belong to.

The data of a button is the session's revision, then `:` and a choice's id, or `!` and an action's name; 64 bytes are
allowed, and names are short by the rules of flow files.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from bot.adapters.telegram.text import head
from bot.model.message import Copyable, Reply
from bot.service.incoming import Commanded, Pressed
from bot.service.voice import message

_Button: TypeAlias = Mapping[str, Any]
Keyboard: TypeAlias = Mapping[str, Any]
"""An InlineKeyboardMarkup of the Bot API, as JSON."""

_DATA = re.compile(r"(\d{1,12})([:!])([a-z][a-z0-9_-]*)")
_MAX_COPY = 256
_ANY_CHAT = {"allow_user_chats": True, "allow_group_chats": True, "allow_channel_chats": True}
FORWARD = message("Forward to support")
_SHOWN_ACTIONS = ("correct", "back", "restart", "human")
"""The actions that get a button; the others are in the menu of commands. "Restart" gets one only after an end."""


def keyboard(reply: Reply) -> Keyboard | None:
    """The choices of a reply, one a line, and a line of what can be asked for besides."""
    rows = [[button(choice.label, f"{reply.revision}:{choice.id}")] for choice in reply.choices]
    actions = [
        button(action.label, f"{reply.revision}!{action.id}")
        for action in reply.actions
        if action.id in _SHOWN_ACTIONS and (action.id != "restart" or reply.ended is not None)
    ]
    if actions:
        rows.append(actions)
    if reply.closing is None:
        rows += _offers(reply)
    return in_rows(rows)


def offer_buttons(reply: Reply) -> Keyboard | None:
    """What can be done with a ticket, one a line; each says of which, so that none is ever out of date."""
    rows = _offers(reply)
    return in_rows(rows)


def _offers(reply: Reply) -> list[list[_Button]]:
    return [[button(offer.label, f"{reply.revision}!{offer.id}")] for offer in reply.offers]


def ticket_buttons(reference: str, copies: tuple[Copyable, ...], forward: str | None = None) -> Keyboard | None:
    """Buttons that copy; before them, if it has a label, one that lets people choose the chat a ticket goes to."""
    rows = [[{"text": copy.label, "copy_text": {"text": head(copy.text, _MAX_COPY)}}] for copy in copies]
    if forward is not None:
        anywhere = {"query": reference, **_ANY_CHAT}
        rows.insert(0, [{"text": forward, "switch_inline_query_chosen_chat": anywhere}])
    return in_rows(rows)


def meant(data: str) -> Pressed | Commanded:
    """What a button stands for; data that no button of ours has is one of long ago."""
    found = _DATA.fullmatch(data)
    if found is None:
        return Pressed("", -1)
    revision, kind, name = int(found[1]), found[2], found[3]
    return Pressed(name, revision) if kind == ":" else Commanded(name, revision=revision)


def button(label: str, data: str) -> _Button:
    """A button that sends this data when it is pressed."""
    return {"text": label, "callback_data": data}


def in_rows(rows: Sequence[Sequence[_Button]]) -> Keyboard | None:
    """Buttons, row by row; nothing where there are none."""
    return {"inline_keyboard": rows} if any(rows) else None

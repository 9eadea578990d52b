"""Buttons that know which question they belong to.

The data of a button is the session's revision, then `:` and a choice's id, or `!` and an action's name; 64 bytes are
allowed, and names are short by the rules of flow files.
"""

import re

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, SwitchInlineQueryChosenChat

from bot.adapters.telegram.text import head
from bot.model.message import Copyable, Reply
from bot.service.incoming import Commanded, Pressed
from bot.service.voice import message

_DATA = re.compile(r"(\d{1,12})([:!])([a-z][a-z0-9_-]*)")
_MAX_COPY = 256
FORWARD = message("Forward to support")
_SHOWN_ACTIONS = ("correct", "back", "restart", "human")
"""The actions that get a button; the others are in the menu of commands. "Restart" gets one only after an end."""


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    """The choices of a reply, one a line, and a line of what can be asked for besides."""
    rows = [[_button(choice.label, f"{reply.revision}:{choice.id}")] for choice in reply.choices]
    actions = [
        _button(action.label, f"{reply.revision}!{action.id}")
        for action in reply.actions
        if action.id in _SHOWN_ACTIONS and (action.id != "restart" or reply.ended is not None)
    ]
    if actions:
        rows.append(actions)
    if reply.closing is None:
        rows += _offers(reply)
    return InlineKeyboardMarkup(rows) if rows else None


def offer_buttons(reply: Reply) -> InlineKeyboardMarkup | None:
    """What can be done with a ticket, one a line; each says of which, so that none is ever out of date."""
    rows = _offers(reply)
    return InlineKeyboardMarkup(rows) if rows else None


def _offers(reply: Reply) -> list[list[InlineKeyboardButton]]:
    return [[_button(offer.label, f"{reply.revision}!{offer.id}")] for offer in reply.offers]


def ticket_buttons(
    reference: str, copies: tuple[Copyable, ...], forward: str | None = None
) -> InlineKeyboardMarkup | None:
    """Buttons that copy; before them, if it has a label, one that lets people choose the chat a ticket goes to."""
    rows = [[InlineKeyboardButton(copy.label, copy_text=CopyTextButton(head(copy.text, _MAX_COPY)))] for copy in copies]
    if forward is not None:
        anywhere = SwitchInlineQueryChosenChat(
            reference, allow_user_chats=True, allow_group_chats=True, allow_channel_chats=True
        )
        rows.insert(0, [InlineKeyboardButton(forward, switch_inline_query_chosen_chat=anywhere)])
    return InlineKeyboardMarkup(rows) if rows else None


def meant(data: str) -> Pressed | Commanded:
    """What a button stands for; data that no button of ours has is one of long ago."""
    found = _DATA.fullmatch(data)
    if found is None:
        return Pressed("", -1)
    revision, kind, name = int(found[1]), found[2], found[3]
    return Pressed(name, revision) if kind == ":" else Commanded(name, revision=revision)


def _button(label: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=data)

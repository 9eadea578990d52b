"""Buttons under a message, checked as the server checks them."""

from dataclasses import dataclass
from typing import Any

from tests.botapi.hypertext import link_problem, units
from tests.botapi.refusals import bad

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
_ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)
ALLOWING = {
    "private": "allow_user_chats",
    "group": "allow_group_chats",
    "supergroup": "allow_group_chats",
    "channel": "allow_channel_chats",
    "bot": "allow_bot_chats",
}
"""By which name a button for inline mode lets people choose a chat of a kind."""
_OTHER_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")


@dataclass(frozen=True, slots=True)
class Button:
    """One button as it is seen: its label, the name of its action, and what that holds."""

    text: str
    action: str
    value: str


def buttons(markup: dict[str, Any] | None) -> tuple[tuple[Button, ...], ...]:
    """The rows of an inline keyboard."""
    return tuple(tuple(_button(button) for button in row) for row in (markup or {}).get("inline_keyboard", ()))


def checked_markup(markup: Any) -> dict[str, Any] | None:
    """The inline keyboard to be shown; other keyboards are allowed but belong to no message."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("Object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        if not any(name in markup for name in _OTHER_KEYBOARDS):
            raise bad("Inline keyboard expected")
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    for row in rows:
        for button in row:
            _check(button)
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad("reply markup is too long")
    shown = [row for row in rows if row]
    return {"inline_keyboard": shown} if shown else None


def _check(button: Any) -> None:
    """A button has a label and exactly one action, within its limits."""
    if not isinstance(button, dict):
        raise bad("Can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        why = 'Field "text" must be of type String' if "text" in button else 'Can\'t find field "text"'
        raise bad(f"Can't parse inline keyboard button: {why}")
    actions = _given(button)
    if not actions:
        raise bad("Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not text:
        raise bad("Inline keyboard button text must be non-empty")
    if len(actions) > 1:
        raise bad("BUTTON_TYPE_INVALID")
    match actions[0]:
        case "callback_data" if len(button["callback_data"].encode()) > 64:
            raise bad("BUTTON_DATA_INVALID")
        case "copy_text":
            copied = button["copy_text"].get("text") if isinstance(button["copy_text"], dict) else None
            if not isinstance(copied, str):
                raise bad("Can't parse inline keyboard button: Can't find field \"text\"")
            if not 1 <= units(copied) <= 256:
                raise bad("BUTTON_COPY_TEXT_INVALID")
        case "switch_inline_query_chosen_chat":
            target = button[actions[0]]
            if not isinstance(target, dict):
                raise bad(f'Can\'t parse inline keyboard button: Field "{actions[0]}" must be of type Object')
            if not any(target.get(name) is True for name in ALLOWING.values()):
                raise bad("At least one chat type must be allowed")
        case "url":
            problem = link_problem(button["url"])
            if problem:
                raise bad(f"Inline keyboard button URL '{button['url']}' is invalid: {problem}")


def _given(button: dict[str, Any]) -> list[str]:
    """The actions a button has; an empty address or empty data is none."""
    return [name for name in _ACTIONS if name in button and (button[name] or name.startswith("switch"))]


def _button(button: dict[str, Any]) -> Button:
    """A button as it is seen."""
    action = _given(button)[0]
    held = button[action]
    shown = held.get("text", held.get("query", "")) if isinstance(held, dict) else held
    return Button(button["text"], action, str(shown))

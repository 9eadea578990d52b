"""Text for the eye: control characters become pictures, so that a terminal or a viewer cannot be steered by them."""

import re

_PICTURES = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n\r"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}
_LONE_RETURN = re.compile(r"\r(?!\n)")

_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILE = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")


def level(text: str) -> str:
    """The text with at most three marks on each character: a pile of them would cover the lines around it."""
    return _PILE.sub(lambda pile: pile[1], text)


def visible(text: str) -> str:
    """The text with line breaks and tabs as they are and every other control character as its picture."""
    return _LONE_RETURN.sub("\u240d", text).translate(_PICTURES)

"""Telegram's HTML, read as its server reads it: the same tags, the same leniency, the same complaints."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.refusals import Refusal, bad

_TYPES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "a": "text_link",
    "blockquote": "blockquote",
    "code": "code",
    "pre": "pre",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?P<name>#x[0-9a-fA-F]*|#[0-9]*|[a-zA-Z]*);?")
_NAME = re.compile(r"[^\s=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_BLANKS = re.compile(r"\s*")
_TAG_NAME = re.compile(r"[^\s>]*")


def units(text: str) -> int:
    """The length in UTF-16 code units, which is how Telegram counts."""
    return len(text) + sum(ord(char) > 0xFFFF for char in text)


def parse_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its entities, outer ones first."""
    return _Reader(text).read()


def link_problem(link: str) -> str | None:
    """Why the server takes no link to that address: only http, https and tg, and a host with a dot."""
    scheme, colon, rest = link.partition(":")
    match scheme.lower(), colon:
        case (("http" | "https"), ":"):
            host = re.split(r"[/?#]", rest.removeprefix("//"))[0].rpartition("@")[2]
            return None if "." in host or host.startswith("[") else "Wrong HTTP URL" if host else "URL host is empty"
        case "tg", ":":
            return None if rest.removeprefix("//") else "URL host is empty"
        case _, ":" if rest.startswith("//"):
            return "Unsupported URL protocol"
    return None if "." in link.partition("/")[0] and not re.match(r"[a-z]+:", link) else "Wrong HTTP URL"


@dataclass(slots=True)
class _Open:
    """A tag that is not closed yet."""

    name: str
    attributes: dict[str, str]
    offset: int
    place: int


@dataclass(slots=True)
class _Reader:
    """A position in the source, and what was read so far."""

    source: str
    at: int = 0
    offset: int = 0
    plain: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> tuple[str, list[dict[str, Any]]]:
        """Reads everything."""
        while self.at < len(self.source):
            if self.source.startswith("</", self.at):
                self._close()
            elif self.source[self.at] == "<":
                self._start()
            else:
                char = self._char()
                self.plain.append(char)
                self.offset += units(char)
        if self.open:
            raise _wrong(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        try:
            text = "".join(self.plain).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            why = "check for unmatched surrogate code units"
            raise _wrong(f"Text contains invalid Unicode characters after decoding HTML entities, {why}") from None
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return text, sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))

    def _char(self) -> str:
        """The next character; a reference that means nothing stays as it is."""
        match = _REFERENCE.match(self.source, self.at)
        char = self.source[self.at]
        if match is not None:
            name = match["name"]
            if name.startswith("#"):
                code = int(name[2:] or "0", 16) if name[1:2] == "x" else int(name[1:] or "0")
                if 0 < code < 0x10FFFF and len(name) < 9:
                    self.at = match.end()
                    return chr(code)
            elif name in _REFERENCES:
                self.at = match.end()
                return _REFERENCES[name]
        self.at += 1
        return char

    def _take(self, pattern: re.Pattern[str]) -> str:
        """What the pattern matches here, perhaps nothing."""
        match = pattern.match(self.source, self.at)
        assert match is not None
        self.at = match.end()
        return match[0]

    def _start(self) -> None:
        """Reads `<name attribute="value">`."""
        place = _byte(self.source, self.at)
        self.at += 1
        name = self._take(_TAG_NAME).lower()
        if self.at == len(self.source):
            raise _wrong(f"Unclosed start tag at byte offset {place}")
        if name not in _TYPES:
            raise _wrong(f'Unsupported start tag "{name}" at byte offset {place}')
        attributes: dict[str, str] = {}
        while self._take(_BLANKS) or self.source[self.at : self.at + 1] != ">":
            if self.source[self.at : self.at + 1] == ">":
                break
            self._attribute(name, attributes, place)
        self.at += 1
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {place}')
        self.open.append(_Open(name, attributes, self.offset, len(self.plain)))

    def _attribute(self, tag: str, attributes: dict[str, str], place: int) -> None:
        """Reads one attribute of a start tag."""
        name = self._take(_NAME)
        if not name:
            raise _wrong(f'Empty attribute name in the tag "{tag}" at byte offset {place}')
        self._take(_BLANKS)
        if self.source[self.at : self.at + 1] not in {"=", ""}:
            attributes[name] = ""
            return
        self.at += 1
        self._take(_BLANKS)
        quote = self.source[self.at : self.at + 1]
        if not quote:
            raise _wrong(f'Unclosed start tag "{tag}" at byte offset {place}')
        if quote in {"'", '"'}:
            self.at += 1
            value = []
            while self.at < len(self.source) and self.source[self.at] != quote:
                value.append(self._char())
            self.at += 1
            attributes[name] = "".join(value)
        else:
            token = _byte(self.source, self.at)
            attributes[name] = self._take(_TOKEN).lower()
            if self.source[self.at : self.at + 1] not in {*" \t\n\r\v>", ""}:
                raise _wrong(f"Unexpected end of name token at byte offset {token}")
        if self.at >= len(self.source):
            raise _wrong(f"Unclosed start tag at byte offset {place}")

    def _close(self) -> None:
        """Reads `</name>`; `</>` closes whatever is open."""
        place = _byte(self.source, self.at)
        if not self.open:
            raise _wrong(f"Unexpected end tag at byte offset {place}")
        self.at += 2
        name = self._take(_TAG_NAME).lower()
        self._take(_BLANKS)
        if self.source[self.at : self.at + 1] != ">":
            raise _wrong(f"Unclosed end tag at byte offset {place}")
        self.at += 1
        tag = self.open.pop()
        if name and name != tag.name:
            expected = f'expected "</{tag.name}>", found "</{name}>"'
            raise _wrong(f"Unmatched end tag at byte offset {place}, {expected}")
        if self.offset > tag.offset:
            self._add(tag)

    def _add(self, tag: _Open) -> None:
        """Makes the entity of a tag that was closed."""
        given = tag.attributes
        entity: dict[str, Any] = {"type": _TYPES[tag.name], "offset": tag.offset, "length": self.offset - tag.offset}
        last = self.entities[-1] if self.entities else {}
        within = last.get("type") == "code" and all(last[name] == entity[name] for name in ("offset", "length"))
        match tag.name:
            case "a":
                entity["url"] = given.get("href") or "".join(self.plain[tag.place :])
                if link_problem(entity["url"]):
                    return
            case "pre" if within and "language" in last:
                last["type"] = "pre"
                return
            case "code" if given.get("class", "").startswith("language-"):
                entity["language"] = given["class"].removeprefix("language-")
            case "blockquote" if "expandable" in given:
                entity["type"] = "expandable_blockquote"
            case "tg-emoji":
                if not given.get("emoji-id", "").isdigit():
                    raise _wrong("Invalid custom emoji identifier specified")
                entity["custom_emoji_id"] = given["emoji-id"]
            case "tg-time":
                entity["unix_time"] = int(given.get("unix", "0"))
        self.entities.append(entity)


def _byte(source: str, at: int) -> int:
    """The offset in bytes."""
    return len(source[:at].encode())


def _wrong(what: str) -> Refusal:
    """The server's complaint."""
    return bad(f"Can't parse entities: {what}")

"""HTML and entities, read as Telegram reads them."""

from typing import Any

import pytest

from tests.botapi.entities import clean, formatted, typed
from tests.botapi.refusals import Refusal


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    """An entity as JSON."""
    return {"type": kind, "offset": offset, "length": length, **more}


READ: list[tuple[str, str, list[dict[str, Any]]]] = [
    ("a <b>b</b>", "a b", [entity("bold", 2, 1)]),
    ("<B>b</b >", "b", [entity("bold", 0, 1)]),
    ("<b><i>x</i>y</b>", "xy", [entity("bold", 0, 2), entity("italic", 0, 1)]),
    ("😀<u>é</u>", "😀é", [entity("underline", 2, 1)]),
    ("&lt;&amp;&quot;&#233;&#xe9;&gt;", '<&"éé>', []),
    ("a & b &nbsp; &apos; &#0;", "a & b &nbsp; &apos; &#0;", []),
    ("&lt", "<", []),
    ("&#55357;&#56832;", "😀", []),
    ("<b></b>x", "x", []),
    ("<b>x</>", "x", [entity("bold", 0, 1)]),
    ('<a href="https://a.fr/?x=1&amp;y">x</a>', "x", [entity("text_link", 0, 1, url="https://a.fr/?x=1&y")]),
    ('<a href="nowhere">x</a>', "x", []),
    ("<pre>x</pre>", "x", [entity("pre", 0, 1)]),
    ('<pre><code class="language-py">x</code></pre>', "x", [entity("pre", 0, 1, language="py")]),
    ('<code class="language-py">x</code>', "x", [entity("code", 0, 1)]),
    ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
    ("<span class='tg-spoiler'>x</span>", "x", [entity("spoiler", 0, 1)]),
    (" <b> x </b> ", " x", [entity("bold", 0, 2)]),
    ("x <b>y </b>\n", "x y", [entity("bold", 2, 1)]),
    ("a\r\nb\u202e\u2028\tc", "a\nb c", []),
    ("see https://a.fr/b.", "see https://a.fr/b.", [entity("url", 4, 14)]),
    ("<code>/start</code> /help", "/start /help", [entity("code", 0, 6), entity("bot_command", 7, 5)]),
]


@pytest.mark.parametrize(("html", "text", "entities"), READ)
def test_html(html: str, text: str, entities: list[dict[str, Any]]) -> None:
    """Tags become entities, references characters; blanks around go, except at the start of an entity."""
    assert formatted(html, "HTML", ()) == (text, entities)


UNMATCHED = "check for unmatched surrogate code units"
REFUSED = [
    ("<x>", 'Unsupported start tag "x" at byte offset 0'),
    ("é<x>", 'Unsupported start tag "x" at byte offset 2'),
    ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
    ("a < b", 'Unsupported start tag "" at byte offset 2'),
    ("<b", "Unclosed start tag at byte offset 0"),
    ("<b>", 'Can\'t find end tag corresponding to start tag "b"'),
    ("</b>", "Unexpected end tag at byte offset 0"),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<a ="x">', 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href=a/b>", "Unexpected end of name token at byte offset 8"),
    (
        "&#55357;",
        f"Text contains invalid Unicode characters after decoding HTML entities, {UNMATCHED}",
    ),
]


@pytest.mark.parametrize(("html", "problem"), REFUSED)
def test_wrong_html(html: str, problem: str) -> None:
    """The complaint names the place in bytes."""
    with pytest.raises(Refusal) as refusal:
        formatted(html, "html", ())
    assert refusal.value.description == f"Bad Request: can't parse entities: {problem}"


def test_entities_given() -> None:
    """Entities move along when characters are dropped; those that Telegram finds itself need not be given."""
    given = [entity("bold", 4, 2), entity("url", 0, 1), entity("italic", 0, 0)]
    assert formatted("a\r\n 😀b", "", given) == ("a\n 😀b", [entity("bold", 3, 2)])
    assert formatted("  x ", "", [entity("bold", 0, 4)]) == ("  x", [entity("bold", 0, 3)])


WRONG: list[tuple[Any, str]] = [
    (entity("bold", -1, 1), "receive an entity with incorrect offset -1"),
    (entity("bold", 0, -1), "receive an entity with incorrect length -1"),
    (entity("bold", 4, 1), "entity begins after the end of the text at UTF-16 offset 4"),
    (
        entity("bold", 0, 4),
        "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 4",
    ),
    (entity("bold", 1, 2), "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
    (
        entity("bold", 0, 1),
        "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4",
    ),
    (entity("loud", 0, 1), "can't parse MessageEntity: Unsupported type specified"),
    (entity("text_link", 0, 1), "can't parse MessageEntity: Can't find field \"url\""),
    ({"type": "bold"}, "can't parse MessageEntity: Can't find field \"offset\""),
    ("bold", "can't parse MessageEntity: expected an Object"),
]


@pytest.mark.parametrize(("given", "problem"), WRONG)
def test_wrong_entities(given: Any, problem: str) -> None:
    """An entity is of a known type and lies within the text, between characters."""
    with pytest.raises(Refusal) as refusal:
        formatted("😀x", "", [given])
    assert refusal.value.description == f"Bad Request: {problem}"


def test_what_people_type() -> None:
    """Half characters cannot be sent, and a long text is cut between characters."""
    assert clean("a\ud83dz") == "a\ufffdz"
    assert clean("\ud83d\ude00") == "😀"
    assert typed(" /start@guichet_bot x\u202a ") == ("/start@guichet_bot x", [entity("bot_command", 0, 18)])
    assert typed("x" + "😀" * 3000)[0] == "x" + "😀" * 2047

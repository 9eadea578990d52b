"""A ticket as a mail, read back as a mail program reads it."""

import json
import re
from dataclasses import replace
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.model.flow import Urgency
from bot.service.delivery import Enclosure, Parcel
from bot.service.mailbox import mailboxes
from bot.service.ticket_json import ticket_json
from bot.service.ticket_mail import EXACT_NAME, Correspondents, desk_mail, draft, draft_file, one_line
from bot.service.voice import Voice
from tests.desk import PARIS, catalog
from tests.parcels import EXACT, PICTURE, PNG, added, parcel

FRENCH = Voice(catalog(), "fr", PARIS)
BETWEEN = Correspondents(Address("Guichet", "bot", "example.org"), mailboxes("support@example.net, two@example.net"))
TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
PIECES = [
    *(
        "\r",
        "\n",
        "\r\n",
        "\x0b",
        "\x85",
        "\u2028",
        " ",
        ":",
        ";",
        '"',
        "\\",
        "é",
        "🙈",
        "\x00",
        "\u202e",
        "x" * 80,
        "-" * 9,
    ),
    *("x" * 80, "-" * 9, "Bcc: x@y", "=?utf-8?q?a=0D=0ABcc:_x=40y?=", "=?utf-8?b?DQpCY2M6IHhAeQ==?="),
]
SNEAKY = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
OWN_HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "X-Priority",
    "Importance",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
]


def read(raw: bytes) -> EmailMessage:
    """A mail as it is understood at the other end."""
    mail = message_from_bytes(raw, policy=SMTP)
    parts = cast("list[EmailMessage]", list(mail.walk()))
    assert [defect for part in parts for defect in part.defects] == []
    return mail


def files(mail: EmailMessage) -> dict[str, bytes]:
    """The attachments, by name."""
    return {str(part.get_filename()): part.get_payload(decode=True) for part in mail.iter_attachments()}  # type: ignore[misc]


def words(mail: EmailMessage) -> str:
    """The text for people."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def on_the_wire(raw: bytes) -> None:
    """Any server takes this: ASCII, no long lines, no line end but CR LF."""
    assert raw.isascii()
    assert b"\0" not in raw
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not re.search(rb"[\r\n]", b"".join(lines))


def test_the_draft() -> None:
    """A mail that waits to be sent by whoever opens it, with everything that the desk needs."""
    file = draft_file(parcel(), mailboxes("Support <support@example.org>"))
    on_the_wire(file.content)
    assert file.name == "K7RM-2XQ5.eml"
    assert file.content.startswith(b"X-Unsent: 1\r\nTo: Support <support@example.org>\r\nSubject: K7RM-2XQ5 =?utf-8?q?")
    mail = read(file.content)
    assert mail["Subject"] == "K7RM-2XQ5 · Messagerie · Portail saturé"
    assert [mail[name] for name in ("From", "Date", "Message-ID")] == [None, None, None]
    made = ticket_json(parcel().ticket, indent=2).encode() + b"\n"
    assert files(mail) == {"K7RM-2XQ5.json": made, EXACT_NAME: EXACT.encode(), "K7RM-2XQ5-1.png": PNG}
    assert [part.get_content_type() for part in mail.iter_attachments()] == [
        "application/json",
        "application/octet-stream",
        "image/png",
    ]
    text = words(mail)
    assert text.startswith("Ticket K7RM-2XQ5 · Messagerie\n")
    assert "ligne␍seule\t fin \n\n␛[31m␀� 🙈 שגיאה" in text
    assert draft_file(parcel(), mailboxes("Support <support@example.org>")) == file


def test_a_draft_to_nobody() -> None:
    """Where the desk's address is not known, the person fills it in."""
    assert "To" not in draft(parcel())


def test_the_mail_to_the_desk() -> None:
    """From the bot to all of the desk; the same to the last byte however often it is made."""
    raw = desk_mail(parcel(), BETWEEN, FRENCH).as_bytes()
    on_the_wire(raw)
    mail = read(raw)
    assert {name: str(value) for name, value in mail.items() if name != "Content-Type"} == {
        "From": "Guichet <bot@example.org>",
        "To": "support@example.net, two@example.net",
        "Subject": "K7RM-2XQ5 · Messagerie · Portail saturé",
        "Date": "Mon, 22 Jun 2026 10:30:00 +0200",
        "Message-ID": "<guichet-K7RM-2XQ5@example.org>",
        "X-Priority": "2 (High)",
        "Importance": "high",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
        "Content-Language": "fr",
    }
    assert files(mail)[EXACT_NAME] == EXACT.encode()
    assert desk_mail(parcel(), BETWEEN, FRENCH).as_bytes() == raw


@pytest.mark.parametrize(
    ("urgency", "priority", "importance"),
    [("normal", None, None), ("high", "2 (High)", "high"), ("urgent", "1 (Highest)", "high")],
)
def test_urgency(urgency: Urgency, priority: str | None, importance: str | None) -> None:
    """Mail programs show what is urgent; nothing is said of the rest."""
    mail = desk_mail(parcel(urgency=urgency), BETWEEN, FRENCH)
    assert (mail["X-Priority"], mail["Importance"]) == (priority, importance)


def test_answers_go_where_the_operator_says() -> None:
    """To the bot's own address nobody listens."""
    assert "Reply-To" not in desk_mail(parcel(), BETWEEN, FRENCH)
    mail = desk_mail(parcel(), replace(BETWEEN, reply_to=Address("Bureau", "desk", "example.org")), FRENCH)
    assert mail["Reply-To"] == "Bureau <desk@example.org>"


def test_an_addition_answers_its_ticket() -> None:
    """It stands below the ticket in the desk's mail program, with what was added, exactly."""
    mail = read(desk_mail(added(parcel(), EXACT, number=2), BETWEEN, FRENCH).as_bytes())
    assert mail["Message-ID"] == "<guichet-K7RM-2XQ5-2@example.org>"
    assert mail["In-Reply-To"] == mail["References"] == "<guichet-K7RM-2XQ5@example.org>"
    assert mail["Date"] == "Mon, 22 Jun 2026 12:30:00 +0200"
    assert files(mail) == {EXACT_NAME: EXACT.encode()}
    assert words(mail).startswith("Complément au ticket K7RM-2XQ5\n")


def test_a_long_domain() -> None:
    """Names of mails are whole, however long: else nothing would be shown below anything."""
    between = replace(BETWEEN, sender=Address("Guichet", "bot", f"{'x' * 60}.example.org"))
    raw = desk_mail(added(parcel(), number=2), between, FRENCH).as_bytes()
    name = f"<guichet-K7RM-2XQ5@{'x' * 60}.example.org>".encode()
    assert b"In-Reply-To: " + name in raw
    assert b"References: " + name in raw


def test_nothing_exact_where_nothing_was_said() -> None:
    """No message was shown, or only pictures were added."""
    assert list(files(desk_mail(parcel(None), BETWEEN, FRENCH))) == ["K7RM-2XQ5.json", "K7RM-2XQ5-1.png"]
    assert files(desk_mail(added(parcel(), ""), BETWEEN, FRENCH)) == {}


def test_what_is_missing_is_said() -> None:
    """The desk knows that there were pictures, in the language of the ticket."""
    mail = desk_mail(parcel(enclosures=(), missing=("a.png", "b\r\nBcc: x.png")), BETWEEN, FRENCH)
    assert words(mail).splitlines()[-1] == "Pièces non jointes\xa0: a.png, b Bcc: x.png"


def test_half_a_character() -> None:
    """What no encoding has is written as its number, as in the text file."""
    mail = desk_mail(added(replace(parcel(), subject="moitié \ud83d"), "moitié \ud83d"), BETWEEN, FRENCH)
    again = read(mail.as_bytes())
    assert files(again)[EXACT_NAME] == "moitié \\ud83d".encode()
    assert again["Subject"] == "moitié \ufffd"


def test_pictures_that_are_none() -> None:
    """A type that is not one of the known pictures' is not believed."""
    odd = Enclosure("x.png", "text/html; charset=utf-8\r\nBcc: x@y", b"<script>")
    (part,) = [each for each in draft(parcel(enclosures=(odd,))).iter_attachments() if each.get_filename() == "x.png"]
    assert part.get_content_type() == "application/octet-stream"


@settings(max_examples=100)
@given(TEXT | SNEAKY)
@example("é" * 4_000 + "x " * 4_000)
@example("--=_guichet-K7RM-2XQ5--\r\n.\r\nFrom x\r\n")
def test_every_message_arrives_byte_for_byte(text: str) -> None:
    """Whatever people paste, in both mails, in tickets and additions."""
    for made in (parcel(text), added(parcel(), text)):
        for raw in (draft_file(made).content, desk_mail(made, BETWEEN, FRENCH).as_bytes()):
            on_the_wire(raw)
            assert files(read(raw)).get(EXACT_NAME, b"") == text.encode()
    written = json.loads(files(read(draft_file(parcel(text)).content))["K7RM-2XQ5.json"])
    assert written["error_message"]["text"] == text


@settings(max_examples=100)
@given(SNEAKY | TEXT, SNEAKY | TEXT, SNEAKY | TEXT)
def test_no_header_can_be_planted(subject: str, reference: str, name: str) -> None:
    """Whatever is in a subject, a reference, the name of a picture or of one that is missing."""
    made: Parcel = replace(
        parcel("x", subject=subject, reference=reference, missing=(name,)), enclosures=(replace(PICTURE, name=name),)
    )
    raw = desk_mail(made, BETWEEN, FRENCH).as_bytes()
    on_the_wire(raw)
    mail = read(raw)
    assert list(mail.keys()) == OWN_HEADERS
    assert mail["Subject"] == one_line(subject)
    names = [str(part.get_filename()) for part in mail.iter_attachments()]
    assert len(names) == 3
    assert all(re.fullmatch("[A-Za-z0-9._-]*", each) for each in names)
    assert read(draft_file(made).content).keys() == ["X-Unsent", "Subject", *OWN_HEADERS[-3:]]

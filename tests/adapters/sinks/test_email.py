"""Mails to the desk, taken by a real mail server; and every way in which that can fail."""

import asyncio
import ssl
import traceback
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.adapters.sinks.email import EmailSink
from bot.adapters.sinks.smtp_account import Login, Security, SmtpAccount
from bot.service.delivery import Accepted, Enclosure, Parcel, Sink, Undelivered
from bot.service.mailbox import mailboxes
from bot.service.ticket_mail import EXACT_NAME, Correspondents
from bot.service.voice import Voices
from tests.desk import PARIS, catalog
from tests.mail_server import HOST, LOGIN, MailServer, authority, mail_server, speaking
from tests.parcels import EXACT, PNG, added, parcel
from tests.telegram_bot import free_port

VOICES = Voices(catalog(), PARIS)
BETWEEN = Correspondents(mailboxes("Guichet <bot@example.org>")[0], mailboxes("desk@example.net, two@example.net"))
TOO_LARGE = Enclosure("large.png", "image/png", bytes(60_000))


def account(port: int, security: Security = "none", **more: Any) -> SmtpAccount:
    """An account at the server on this machine."""
    told: dict[str, Any] = {"host": HOST, "between": BETWEEN, "timeout": 20} | more
    return SmtpAccount(port=port, security=security, **told)


def sink_of(made: SmtpAccount, trust: ssl.SSLContext | None = None) -> EmailSink:
    """A sink that trusts the tests' own authority, unless it is told otherwise."""
    return EmailSink(made, VOICES, trust or authority().trust())


def known(password: str = LOGIN[1]) -> Login:
    """Somebody who logs in."""
    return Login(LOGIN[0], SecretStr(password))


async def refusal(sink: Sink, made: Parcel | None = None) -> Undelivered:
    """How a delivery fails."""
    with pytest.raises(Undelivered) as caught:
        await sink.deliver(made or parcel(), again=False)
    return caught.value


def attached(server: MailServer, number: int = 0) -> dict[str | None, bytes]:
    """The attachments of a mail that was taken."""
    parts = server.mails()[number].iter_attachments()
    return {part.get_filename(): part.get_payload(decode=True) for part in parts}  # type: ignore[misc]


async def test_a_ticket_arrives(tmp_path: Path) -> None:
    """With TLS from STARTTLS on and a login, to everybody at the desk, every byte as it was."""
    async with mail_server(tls=authority().server(tmp_path), login=True) as server:
        sink: Sink = sink_of(account(server.port, "starttls", login=known()))
        assert await sink.deliver(parcel(), again=False) == Accepted()
        await sink.close()
    assert server.seen[:3] == ["EHLO [127.0.0.1]", "STARTTLS", "EHLO [127.0.0.1]"]
    assert server.seen[3] == "AUTH"
    assert server.seen[-5:] == ["MAIL", "RCPT", "RCPT", "DATA", "QUIT"]
    (sender, recipients, _), (mail,) = server.taken[0], server.mails()
    assert (sender, recipients) == ("bot@example.org", ["desk@example.net", "two@example.net"])
    assert mail["Message-ID"] == "<guichet-K7RM-2XQ5@example.org>"
    assert attached(server)[EXACT_NAME] == EXACT.encode()
    assert attached(server)["K7RM-2XQ5-1.png"] == PNG
    assert sink.name == "email"


async def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    """As on port 465."""
    async with mail_server(tls=authority().server(tmp_path), implicit=True, login=True) as server:
        sink = sink_of(account(server.port, "tls", login=known()))
        await sink.deliver(parcel(), again=False)
    assert "STARTTLS" not in server.seen
    assert attached(server)[EXACT_NAME] == EXACT.encode()


async def test_in_clear_on_this_machine() -> None:
    """Without a login; a mail server for the whole machine needs none."""
    async with mail_server() as server:
        await sink_of(account(server.port)).deliver(parcel(), again=False)
    assert server.seen == ["EHLO [127.0.0.1]", "MAIL", "RCPT", "RCPT", "DATA", "QUIT"]


async def test_an_addition_goes_to_the_same_thread() -> None:
    """Below its ticket."""
    async with mail_server() as server:
        sink = sink_of(account(server.port))
        await sink.deliver(parcel(), again=False)
        await sink.deliver(added(parcel()), again=False)
    first, second = server.mails()
    assert second["In-Reply-To"] == first["Message-ID"]


async def test_no_starttls_on_offer() -> None:
    """Somebody in between may have taken the offer away: nothing goes in clear, the password least of all."""
    async with mail_server() as server:
        sink = sink_of(account(server.port, "starttls", login=known()))
        failed = await refusal(sink)
    assert server.seen == ["EHLO [127.0.0.1]"]
    assert not failed.hopeless
    assert str(failed) == (
        f"the mail server 127.0.0.1:{server.port} offers no STARTTLS, and a mail must not go in clear: check "
        "BOT_SMTP_SECURITY; nothing was sent, and it will be tried again"
    )


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("signed_by", "host", "words"),
    [
        ("somebody else", HOST, "(unable to get local issuer certificate)"),
        ("authority", "mail.example.org", "(IP address mismatch, certificate is not valid for '127.0.0.1')"),
    ],
)
async def test_a_certificate_that_is_not_trusted(
    security: Security, signed_by: str, host: str, words: str, tmp_path: Path
) -> None:
    """Of an authority that is not known, or for another server: nothing is said to it that is not known to all."""
    tls = authority(signed_by).server(tmp_path, host)
    async with mail_server(tls=tls, implicit=security == "tls", login=True) as server:
        failed = await refusal(sink_of(account(server.port, security, login=known())))
    assert not {"AUTH", "MAIL"} & set(server.seen)
    assert not failed.hopeless
    assert f"shows a certificate that is not trusted {words}: check BOT_SMTP_HOST" in str(failed)


async def test_authorities_of_this_system(tmp_path: Path) -> None:
    """They are what counts where no other is named; they do not know ours."""
    async with mail_server(tls=authority().server(tmp_path)) as server:
        sink = sink_of(account(server.port, "starttls"), ssl.create_default_context())
        assert "shows a certificate that is not trusted" in str(await refusal(sink))


async def test_tls_where_there_is_none() -> None:
    """The port and the setting do not fit."""
    async with mail_server() as server:
        failed = await refusal(sink_of(account(server.port, "tls")))
    assert not failed.hopeless
    assert "fails (wrong version number): check BOT_SMTP_PORT and BOT_SMTP_SECURITY; nothing was sent" in str(failed)


async def test_nobody_there() -> None:
    """It is tried again."""
    failed = await refusal(sink_of(account(free_port())))
    assert not failed.hopeless
    assert "cannot be reached (" in str(failed)
    failed = await refusal(sink_of(account(25, host="no-such-host.invalid")))
    assert not failed.hopeless
    assert "the mail server no-such-host.invalid:25 cannot be reached (" in str(failed)


async def test_a_server_that_says_nothing() -> None:
    """As one with TLS does when it is waited for its greeting."""
    async with speaking() as server:
        failed = await refusal(sink_of(account(server.port, timeout=0.2)))
    assert not failed.hopeless
    assert "does not answer in time: check BOT_SMTP_HOST, BOT_SMTP_PORT and BOT_SMTP_SECURITY" in str(failed)
    assert server.rest == [b""]


@pytest.mark.parametrize(
    ("greeting", "words"),
    [(b"554 5.3.2 not now\r\n", "(554 5.3.2 not now)"), (b"SSH-2.0-x\r\n", "(-1 Malformed SMTP response line: SSH-")],
)
async def test_a_server_that_turns_away(greeting: bytes, words: str) -> None:
    """A greeting that is none, and one that is no SMTP at all."""
    async with speaking(greeting) as server:
        failed = await refusal(sink_of(account(server.port)))
    assert not failed.hopeless
    assert f"does not want to talk {words}" in str(failed)
    assert server.rest == [b""]


@pytest.mark.parametrize(
    ("answers", "hopeless", "words"),
    [
        ({"MAIL": "450 4.7.1 later"}, False, "refuses BOT_SMTP_SENDER (450 4.7.1 later); nothing was sent"),
        ({"MAIL": "550 5.7.1 not you"}, True, "refuses BOT_SMTP_SENDER (550 5.7.1 not you)"),
        ({"MAIL": "421 4.3.2 closing"}, False, "refuses BOT_SMTP_SENDER (421 4.3.2 closing); nothing was sent"),
        ({"MAIL": "530 5.7.0 who"}, True, "wants a login (530 5.7.0 who): set BOT_SMTP_USERNAME and BOT_SMTP_PASSWORD"),
        (
            {"desk@example.net": "550 5.1.1 who?", "two@example.net": "550 gone\x1b[31m"},
            True,
            "takes a mail for none of BOT_SMTP_TO (desk@example.net: 550 5.1.1 who?; two@example.net: 550 gone␛[31m)",
        ),
        (
            {"desk@example.net": "550 5.1.1 who?", "two@example.net": "450 4.2.0 greylisted"},
            False,
            "(desk@example.net: 550 5.1.1 who?; two@example.net: 450 4.2.0 greylisted); nothing was sent",
        ),
        ({"DATA": "451 4.3.0 busy"}, False, "does not take this mail (451 4.3.0); nothing was sent"),
        ({"DATA": "554 5.7.1 it says Erreur 503"}, True, "does not take this mail (554 5.7.1)"),
        ({"DATA": "554 Erreur 503"}, True, "does not take this mail (554)"),
    ],
)
async def test_refusals(answers: dict[str, str], hopeless: bool, words: str) -> None:
    """What begins with 4 may work later, with 5 never; what a server says of the mail itself is not repeated."""
    async with mail_server(answers=answers) as server:
        failed = await refusal(sink_of(account(server.port)))
        assert server.taken == []
    assert failed.hopeless == hopeless
    assert words in str(failed)
    assert str(failed).endswith("tried again") == (not hopeless)
    assert "Erreur" not in str(failed)


async def test_some_recipients_are_refused() -> None:
    """The others have it, and it does not come again; the operator is told."""
    async with mail_server(answers={"two@example.net": "550 5.1.1 who?"}) as server:
        with capture_logs() as logs:
            assert await sink_of(account(server.port)).deliver(parcel(), again=False) == Accepted()
    assert [recipients for _, recipients, _ in server.taken] == [["desk@example.net"]]
    assert logs == [
        {
            "event": "mail.recipients_refused",
            "log_level": "warning",
            "ticket": "K7RM-2XQ5",
            "refused": {"two@example.net": "550 5.1.1 who?"},
        }
    ]


@pytest.mark.parametrize("answers", [{}, {"DATA": "552 5.3.4 too much"}])
async def test_a_mail_that_is_too_large(answers: dict[str, str]) -> None:
    """It goes without its pictures and says so; what is too large without any cannot be helped."""
    async with mail_server(limit=50_000, answers=answers) as server:
        sink = sink_of(account(server.port))
        with capture_logs() as logs:
            if answers:
                assert (await refusal(sink, parcel(enclosures=(TOO_LARGE,)))).hopeless
                assert server.seen.count("DATA") == 1
                server.answers = {}
            await sink.deliver(parcel(enclosures=(TOO_LARGE,), missing=("gone.png",)), again=False)
            failed = await refusal(sink, parcel("x" * 60_000))
    assert [log["event"] for log in logs][-2:] == ["mail.without_pictures"] * 2
    assert list(attached(server)) == ["K7RM-2XQ5.json", EXACT_NAME]
    body = server.mails()[0].get_body()
    assert body is not None
    assert body.get_content().splitlines()[-1] == "Pièces non jointes\xa0: gone.png, large.png"
    assert failed.hopeless
    assert "takes no mail of this size (552 " in str(failed)
    assert len(server.taken) == 1


async def test_a_login_that_is_refused(tmp_path: Path) -> None:
    """Somebody has to mend the settings; a server that only cannot look is asked again."""
    async with mail_server(tls=authority().server(tmp_path), login=True) as server:
        sink = sink_of(account(server.port, "starttls", login=known("wrong")))
        failed = await refusal(sink)
        assert failed.hopeless
        assert "refuses the login (535 5.7.8): check BOT_SMTP_USERNAME and BOT_SMTP_PASSWORD" in str(failed)
        server.answers = {"AUTH": "454 4.7.0 later"}
        failed = await refusal(sink)
        assert not failed.hopeless
        assert "takes no login at the moment (454 4.7.0); nothing was sent" in str(failed)
    assert "MAIL" not in server.seen


async def test_a_login_where_there_is_none() -> None:
    """A server that knows no logins is told nothing."""
    async with speaking(b"220 hello\r\n", b"250 hello\r\n") as server:
        failed = await refusal(sink_of(account(server.port, login=known())))
    assert failed.hopeless
    assert "knows no way of logging in that the bot knows" in str(failed)
    assert server.rest == [b""]


@pytest.mark.parametrize("point", ["MAIL", "RCPT"])
async def test_a_connection_that_is_lost_early(point: str) -> None:
    """Nothing was sent, and that is known."""
    async with mail_server(hangs_up=point) as server:
        sink = sink_of(account(server.port))
        failed = await refusal(sink)
        assert not failed.hopeless
        assert str(failed) == (
            f"the connection to the mail server 127.0.0.1:{server.port} was lost; nothing was sent, and it will be "
            "tried again"
        )
        server.hangs_up = None
        await sink.deliver(parcel(), again=True)
    assert len(server.taken) == 1


@pytest.mark.parametrize("taken", [False, True])
async def test_a_connection_that_is_lost_late(taken: bool) -> None:
    """Nobody knows whether the mail was taken. If it was, it comes again, as the same mail to the last byte."""
    async with mail_server(hangs_up="DATA", takes_first=taken) as server:
        sink = sink_of(account(server.port))
        failed = await refusal(sink)
        assert not failed.hopeless
        assert "it may have been taken. It will be sent again, with the same Message-ID" in str(failed)
        server.hangs_up = None
        await sink.deliver(parcel(), again=True)
    assert len(server.taken) == 1 + taken
    assert {mail["Message-ID"] for mail in server.mails()} == {"<guichet-K7RM-2XQ5@example.org>"}
    assert len({content for _, _, content in server.taken}) == 1


async def test_a_server_that_is_killed() -> None:
    """Between two tries and in the middle of one; when it is back, it gets the mail."""
    async with mail_server() as server:
        sink = sink_of(account(server.port))
        await server.stop()
        assert "cannot be reached" in str(await refusal(sink))
        await server.start()
        server.hangs_up = "RCPT"
        assert "was lost" in str(await refusal(sink))
        await server.stop()
        assert "cannot be reached" in str(await refusal(sink))
        server.hangs_up = None
        await server.start()
        await sink.deliver(parcel(), again=True)
    assert len(server.taken) == 1


async def test_whoever_stops_waiting() -> None:
    """A delivery can be given up, and leaves no connection behind."""
    async with speaking(b"220 hello\r\n", b"") as server:
        sink = sink_of(account(server.port))
        delivery = asyncio.create_task(sink.deliver(parcel(), again=False))
        await server.asked.wait()
        delivery.cancel()
        with pytest.raises(asyncio.CancelledError):
            await delivery
    assert server.rest == [b""]


async def test_the_password_stays_where_it_is(tmp_path: Path) -> None:
    """In no error, log or trace, locals included, whatever the server says; nor in how the account shows itself."""
    echo = {"AUTH": f"535 5.7.8 not {LOGIN[1]}"}
    spoken = {"MAIL": f"550 5.7.1 I know {LOGIN[1]}"}
    told: list[str] = []
    with capture_logs() as logs:
        async with mail_server(tls=authority().server(tmp_path), login=True) as server:
            made = account(server.port, "starttls", login=known())
            sink = sink_of(made)
            told += [repr(made), str(made), repr(sink), repr(vars(sink))]
            for answers in (echo, spoken):
                server.answers = answers
                failed = await refusal(sink)
                told += [str(failed), repr(failed), str(failed.__context__), str(failed.__cause__)]
                trace = traceback.TracebackException.from_exception(failed, capture_locals=True)
                told += trace.format()
            server.answers, server.hangs_up = {}, "DATA"
            told.append(str(await refusal(sink)))
            untrusted = sink_of(made, authority("another").trust())
            told.append(str(await refusal(untrusted)))
    said = "\n".join([*told, str(logs)])
    assert "I know …" in said
    assert LOGIN[1] not in said
    assert LOGIN[1].split()[0] not in said

"""What all sinks over HTTP have in common: how they fail, and that failing makes no second ticket."""

import logging
import ssl
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretBytes, SecretStr

from bot.adapters.sinks.http import retry_after
from bot.adapters.sinks.webhook import Receiver as Place
from bot.adapters.sinks.webhook import WebhookSink
from bot.bootstrap import http_sinks
from bot.service.delivery import Accepted, Sink, Undelivered
from bot.settings import Settings
from tests.helpdesks import Glpi, Receiver, Server, Zammad
from tests.helpdesks.desks import Desk, glpi_sink, zammad_sink
from tests.helpdesks.glpi import APP_TOKEN, USER_TOKEN
from tests.helpdesks.parcels import ADDED, PARCEL, SAID
from tests.helpdesks.receiver import SECRET
from tests.helpdesks.zammad import GROUP, TOKEN

SECRETS = (USER_TOKEN, APP_TOKEN, TOKEN, SECRET, SECRET.removeprefix("whsec_"))


async def test_a_ticket_and_an_addition(desk: Desk) -> None:
    """Both are taken, and the system says what it calls the ticket."""
    assert await desk.takes() == Accepted(desk.number)
    assert await desk.takes(ADDED) == Accepted(desk.number)


@pytest.mark.parametrize("failure", ["cut_before", "cut_after"])
async def test_a_connection_that_is_cut(desk: Desk, failure: str) -> None:
    """Whether it was taken is unknown; tried again, there is one, whichever it was."""
    desk.server.fails(desk.makes, failure)
    error = await desk.refuses()
    assert (error.hopeless, error.after) == (False, None)
    assert "the connection failed (ServerDisconnectedError)" in str(error)
    assert await desk.takes(again=True) == Accepted(desk.number)
    assert desk.count() == 1


@pytest.mark.parametrize("failure", ["page_after", "half_after"])
async def test_an_answer_that_makes_no_sense(desk: Desk, failure: str) -> None:
    """Something in front of the system answered: nobody knows what was taken. A receiver said enough with 200."""
    desk.server.fails(desk.makes, failure)
    if desk.address == "BOT_HOOK_URL":
        assert await desk.takes() == Accepted(None)
    else:
        error = await desk.refuses()
        assert not error.hopeless
        assert f"look at {desk.address}" in str(error)
    assert await desk.takes(again=True) == Accepted(desk.number)
    assert desk.count() == 1


@pytest.mark.parametrize("answer", [b"{}", b'"ok"', b'{"data": 1, "tickets": 1}', b"true"])
async def test_a_look_that_shows_nothing(glpi: Desk, zammad: Desk, answer: bytes) -> None:
    """What is no list of tickets does not say that there is none: no second one is made."""
    for desk, looks in ((glpi, "GET search/Ticket"), (zammad, "POST tickets/search")):
        await desk.takes()
        desk.server.fails(looks, "answer", 200, body=answer, media_type="application/json")
        error = await desk.refuses(again=True)
        assert not error.hopeless
        assert "is no list of tickets" in str(error)
        assert desk.count() == 1


async def test_no_answer() -> None:
    """It is not waited for without end."""
    async with Glpi() as glpi, Zammad() as zammad, Receiver() as receiver:
        place = Place(f"{receiver.url}/guichet", SecretBytes(b"key"), inside=True)
        sinks: list[Sink] = [
            glpi_sink(glpi, patience=0.5),
            zammad_sink(zammad, patience=0.5),
            WebhookSink(place, patience=0.5),
        ]
        for server, call, sink in zip(
            (glpi, zammad, receiver), ("POST Ticket", "POST tickets", "POST guichet"), sinks, strict=True
        ):
            server.fails(call, "silence")
            with pytest.raises(Undelivered, match=r"no answer within 0\.5 seconds") as caught:
                await sink.deliver(PARCEL, again=False)
            assert not caught.value.hopeless
            await sink.close()


async def test_nobody_there(desk: Desk) -> None:
    """A server that is down is tried again."""
    await desk.server.__aexit__(None, None, None)
    error = await desk.refuses()
    assert not error.hopeless
    assert "the connection failed (ClientConnectorError)" in str(error)


async def test_asked_too_much(desk: Desk) -> None:
    """It is not asked again before it says."""
    desk.server.fails(desk.makes, "answer", 429, headers={"Retry-After": "120"})
    error = await desk.refuses()
    assert (error.hopeless, error.after) == (False, timedelta(seconds=120))
    assert await desk.takes(again=True) == Accepted(desk.number)


@pytest.mark.parametrize("status", [500, 502, 503, 408])
async def test_broken_for_a_while(desk: Desk, status: int) -> None:
    """A page of an error from any server in between."""
    desk.server.fails(desk.makes, "answer", status)
    error = await desk.refuses()
    assert (error.hopeless, error.after) == (False, None)
    assert f"({status})" in str(error)


async def test_under_maintenance_until(desk: Desk) -> None:
    """A date is understood as well."""
    until = datetime.now(UTC) + timedelta(minutes=30)
    desk.server.fails(desk.makes, "answer", 503, headers={"Retry-After": format_datetime(until, usegmt=True)})
    after = (await desk.refuses()).after
    assert after is not None
    assert timedelta(minutes=20) < after <= timedelta(minutes=30)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(desk: Desk, status: int) -> None:
    """Nothing reaches the other host, tokens least of all; the setting to mend is named."""
    async with Server() as elsewhere:
        desk.server.fails(desk.makes, "answer", status, headers={"Location": f"{elsewhere.url}/taken"})
        error = await desk.refuses()
        assert elsewhere.asked == []
    assert error.hopeless
    assert f"Give the final address in {desk.address}. Then say: python -m bot jobs retry NUMBER" in str(error)


@pytest.mark.parametrize("status", [401, 403, 413])
async def test_refused_without_a_word(desk: Desk, status: int) -> None:
    """What stays as it is until somebody does something is given up at once."""
    desk.server.fails(desk.makes, "answer", status)
    error = await desk.refuses()
    assert error.hopeless
    assert f"{status}" in str(error)


async def test_not_found_may_be_a_restart(desk: Desk) -> None:
    """As front servers answer while the system behind them is being replaced."""
    desk.server.fails(desk.makes, "answer", 404)
    error = await desk.refuses()
    assert not error.hopeless
    assert desk.address in str(error)


async def test_endless_answers(desk: Desk) -> None:
    """No more is read than makes sense, even of what would be an answer."""
    body = b'{"id": 1, "number": "HD-1", "padding": "' + b"x" * 100_000 + b'"}'
    desk.server.fails(desk.makes, "answer", 201, body=body, media_type="application/json")
    if desk.address == "BOT_HOOK_URL":
        assert await desk.takes() == Accepted(None)
    else:
        assert f"look at {desk.address}" in str(await desk.refuses())


async def test_no_proxy_of_the_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would see tokens and tickets, and look names up by itself."""
    async with Server() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert await desk.takes() == Accepted(desk.number)
        assert proxy.asked == []


async def test_secrets_and_words_stay_inside(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Neither tokens nor what people said are in an error, its causes, a log, or what shows an object."""
    caplog.set_level(logging.DEBUG)
    told = [repr(desk.sink), repr(vars(desk.sink))]
    echo = f'["ERROR_GLPI_ADD", "{USER_TOKEN} {TOKEN}"]'.encode()
    with structlog.testing.capture_logs() as logged:
        for kind, status in (("answer", 401), ("answer", 400), ("answer", 422), ("answer", 302), ("answer", 500)):
            desk.server.fails(desk.makes, kind, status, body=echo, media_type="application/json")
            error = await desk.refuses()
            told.extend(traceback.format_exception(error))
        for kind in ("cut_before", "cut_after", "half_after"):
            desk.server.fails(desk.makes, kind)
            try:
                await desk.takes(again=True)
            except Undelivered as error:
                told.extend(traceback.format_exception(error))
    everything = "\n".join((*told, caplog.text, repr(logged)))
    assert not [secret for secret in SECRETS if secret in everything]
    assert SAID[:20] not in everything


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that nobody has signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


async def test_certificates(certificate: Path) -> None:
    """One that nobody trusts ends it before anything is said; one of the desk's own is trusted by a setting."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    async with Zammad(context) as server:
        settings = Settings(
            zammad_url=server.url,
            zammad_token=SecretStr(TOKEN),
            zammad_group=GROUP,
            zammad_customer="guichet@example.org",
        )
        doubting = http_sinks.zammad_sink(settings)
        own = http_sinks.zammad_sink(settings.model_copy(update={"ca_file": certificate}))
        assert doubting is not None
        assert own is not None
        with pytest.raises(Undelivered, match=r"its certificate is not trusted; .* set BOT_CA_FILE") as caught:
            await doubting.deliver(PARCEL, again=False)
        assert not caught.value.hopeless
        assert server.asked == []
        assert await own.deliver(PARCEL, again=False) == Accepted("62007")
        await doubting.close()
        await own.close()


NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("0", timedelta(0)),
        (" 90 ", timedelta(seconds=90)),
        ("99999999999999999999", timedelta(seconds=9_999_999_999)),
        ("Sat, 28 Nov 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Sat, 28 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("Sat, 28 Nov 2026 12:10:00 -0000", timedelta(minutes=10)),
        ("Mon, 01 Jan 2024 00:00:00 +99999999999999999999", None),
        (
            "Fri, 31 Dec 9999 23:59:59 -2359",
            datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - NOW + timedelta(minutes=1439),
        ),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("Sat, 99 Nov 2026 12:10:00 GMT", None),
    ],
)
def test_when_to_come_back(header: str | None, wait: timedelta | None) -> None:
    """Seconds or a date; anything else is as if nothing was said."""
    assert retry_after(header, NOW) == wait

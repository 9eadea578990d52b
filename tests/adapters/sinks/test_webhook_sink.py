"""Tickets by webhook: what is told, how it is signed, and whom it is told to."""

import json
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import SecretBytes

from bot.adapters.sinks.webhook import Receiver as Place
from bot.adapters.sinks.webhook import WebhookSink, sign
from bot.service.delivery import Accepted, Enclosure, Undelivered
from bot.service.webhook_json import webhook_json, webhook_schema
from tests.desk import ROOT
from tests.helpdesks import Receiver
from tests.helpdesks.desks import Desk, receiver_sink
from tests.helpdesks.parcels import ADDED, PARCEL, PNG, REFERENCE, SAID
from tests.helpdesks.receiver import SECRET


def test_the_signature() -> None:
    """As other implementations of Standard Webhooks sign: the example that all of them test."""
    key = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signature = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_a_ticket_is_told(webhook: Desk) -> None:
    """Whole, with what people typed exactly in the ticket and harmless in the text, and the pictures."""
    assert await webhook.takes() == Accepted("HD-4711")
    event = webhook.server.events[REFERENCE]
    assert (event["type"], event["timestamp"]) == ("ticket.created", "2026-06-22T08:30:00Z")
    data = event["data"]
    assert data["ticket"]["error_message"]["text"] == SAID
    assert "é</b>␀\n  deux   espaces" in data["text"]
    assert (data["id"], data["number"], data["addition"], data["missing"]) == (REFERENCE, None, None, [])
    (picture,) = data["attachments"]
    assert b64decode(picture.pop("content"), validate=True) == PNG
    assert picture == {"name": f"{REFERENCE}-1.png", "media_type": "image/png", "size": len(PNG)}


async def test_an_addition_is_told(webhook: Desk) -> None:
    """By an id of its own, with the ticket it belongs to."""
    await webhook.takes(replace(ADDED, number="HD-4711", missing=("2.png",)))
    event = webhook.server.events[f"{REFERENCE}-1"]
    assert (event["type"], event["timestamp"]) == ("ticket.added_to", "2026-06-22T09:30:00Z")
    data = event["data"]
    assert data["addition"] == {"number": 1, "text": ADDED.text, "created_at": "2026-06-22T09:30:00Z"}
    assert (data["number"], data["missing"], data["ticket"]["reference"]) == ("HD-4711", ["2.png"], REFERENCE)


async def test_the_same_on_every_try(webhook: Desk) -> None:
    """Same id, same body; the time of sending is each time's own."""
    webhook.server.fails("POST guichet", "cut_after")
    await webhook.refuses()
    assert await webhook.takes(again=True) == Accepted("HD-4711")
    assert {each.headers["webhook-id"] for each in webhook.server.asked} == {REFERENCE}
    assert webhook_json(PARCEL) == webhook_json(PARCEL)


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ({"number": "HD-4711"}, "HD-4711"),
        ({}, None),
        ([], None),
        ("taken", None),
        ({"number": 4711}, None),
        ({"number": "<b>1</b>"}, None),
        ({"number": "1\n2"}, None),
        ({"number": "x" * 41}, None),
    ],
)
async def test_what_the_receiver_calls_it(webhook: Desk, told: object, number: str | None) -> None:
    """A short number is told to the person, nothing else is."""
    webhook.server.told = told
    assert await webhook.takes() == Accepted(number)


async def test_old_events_are_refused_by_the_receiver() -> None:
    """As is one that somebody else signed: it is for the operator to look at clocks and secrets."""
    async with Receiver() as server:
        place = Place(f"{server.url}/guichet", SecretBytes(b64decode(SECRET.removeprefix("whsec_"))), inside=True)
        late = WebhookSink(place, now=lambda: time.time() - 600)
        other = receiver_sink(server, secret="whsec_" + b64encode(b"another key of thirty-two bytes.").decode())
        for sink in (late, other):
            with pytest.raises(Undelivered, match="does not accept the signature") as caught:
                await sink.deliver(PARCEL, again=False)
            assert caught.value.hopeless
            await sink.close()
        assert server.events == {}


@pytest.mark.parametrize(("status", "hopeless"), [(400, True), (410, True), (422, True), (404, False), (409, False)])
async def test_refusals(webhook: Desk, status: int, *, hopeless: bool) -> None:
    """Gone is for good, and so is what the receiver cannot make sense of; a receiver that is away may come back."""
    webhook.server.fails("POST guichet", "answer", status)
    error = await webhook.refuses()
    assert error.hopeless is hopeless
    assert f"({status})" in str(error)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_private_addresses(host: str) -> None:
    """Nothing goes to an address that is not public, by whichever name, unless the host is named in settings."""
    async with Receiver() as server:
        url = server.url.replace("127.0.0.1", host) + "/guichet"
        key = SecretBytes(b64decode(SECRET.removeprefix("whsec_")))
        guarded, inside = WebhookSink(Place(url, key)), WebhookSink(Place(url, key, inside=True))
        with pytest.raises(Undelivered) as caught:
            await guarded.deliver(PARCEL, again=False)
        assert caught.value.hopeless
        assert "its address is not public. Name its host in BOT_INSIDE_HOSTS" in str(caught.value)
        assert server.asked == []
        assert await inside.deliver(PARCEL, again=False) == Accepted("HD-4711")
        await guarded.close()
        await inside.close()


@pytest.mark.parametrize("host", ["0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])  # noqa: S104 - to connect to
async def test_other_ways_to_write_this_machine(host: str) -> None:
    """None of them is a way around."""
    async with Receiver() as server:
        port = server.url.rpartition(":")[2]
        sink = WebhookSink(Place(f"http://{host}:{port}/guichet", SecretBytes(b"key")))
        with pytest.raises(Undelivered):
            await sink.deliver(PARCEL, again=False)
        assert server.asked == []
        await sink.close()


def test_pictures_are_bounded() -> None:
    """Those that would be too much are named without their content."""
    large = Enclosure("2.png", "image/png", b"x" * (10 * 1024 * 1024))
    data = json.loads(webhook_json(replace(PARCEL, enclosures=(*PARCEL.enclosures, large))))["data"]
    assert [each["content"] is not None for each in data["attachments"]] == [True, False]
    assert data["attachments"][1]["size"] == len(large.content)


@pytest.mark.parametrize("parcel", [PARCEL, ADDED], ids=["ticket", "addition"])
def test_the_schema(parcel: Any) -> None:
    """It takes what is told, and nothing that lacks a part."""
    validator, event = Draft202012Validator(webhook_schema()), json.loads(webhook_json(parcel))
    validator.validate(event)
    for name in event:
        assert not validator.is_valid({key: value for key, value in event.items() if key != name})
    for name in event["data"]:
        lacking = {key: value for key, value in event["data"].items() if key != name}
        assert not validator.is_valid({**event, "data": lacking})
    assert not validator.is_valid({**event, "type": "ticket.closed"})


@pytest.fixture
def documented() -> Callable[..., bool]:
    """How docs/delivery-http.md says that receivers check a request."""
    page = (ROOT / "docs" / "delivery-http.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, "delivery-http.md", "exec"), names)  # noqa: S102 - it is our own page
    is_genuine: Callable[..., bool] = names["is_genuine"]
    return is_genuine


async def test_the_documented_check(webhook: Desk, documented: Callable[..., bool]) -> None:
    """It takes what the bot sends, and nothing that is changed, old, or signed by another secret."""
    await webhook.takes()
    headers, body = dict(webhook.server.asked[0].headers), webhook_json(PARCEL)
    assert documented(SECRET, headers, body)
    assert not documented(SECRET, headers, body + b" ")
    assert not documented(SECRET, {**headers, "webhook-id": "other"}, body)
    assert not documented("whsec_" + b64encode(b"another key").decode(), headers, body)
    old = str(int(time.time()) - 600)
    key = b64decode(SECRET.removeprefix("whsec_"))
    stale = {**headers, "webhook-timestamp": old, "webhook-signature": sign(key, REFERENCE, int(old), body)}
    assert not documented(SECRET, stale, body)


def test_the_published_schema_is_what_is_told() -> None:
    """The file is fresh."""
    published = json.loads(Path(ROOT / "docs" / "webhook.schema.json").read_text(encoding="utf-8"))
    assert published == webhook_schema()

"""Tickets for Zammad: what they become there, and what each of its refusals leads to."""

import json
from dataclasses import replace

import pytest

from bot.service.delivery import Accepted, Enclosure, Undelivered
from tests.helpdesks import Zammad
from tests.helpdesks.desks import Desk, zammad_sink
from tests.helpdesks.parcels import ADDED, PARCEL, PNG, REFERENCE


async def test_the_ticket(zammad: Desk) -> None:
    """Title, priority and the desk's own customer; one note in plain text, with all files."""
    assert await zammad.takes() == Accepted("62007")
    assert zammad.server.tickets[7] == {
        "id": 7,
        "number": "62007",
        "title": f"Ticket {REFERENCE} · Webmail",
        "priority_id": 3,
        "customer_id": "guess:guichet@example.org",
    }
    (article,) = zammad.server.articles
    assert (article["content_type"], article["type"], article["internal"]) == ("text/plain", "note", False)
    assert "<script>alert(1)</script> & <b>é</b>␀\n  deux   espaces" in article["body"]
    text, data, picture = article["attachments"]
    assert text[:2] == (f"{REFERENCE}.txt", "text/plain")
    assert json.loads(data[2])["reference"] == REFERENCE
    assert picture == (f"{REFERENCE}-1.png", "image/png", PNG)


@pytest.mark.parametrize("old_answers", [False, True])
async def test_found_again(zammad: Desk, *, old_answers: bool) -> None:
    """By the reference in the title, whichever release answers; the index for full text is never asked."""
    await zammad.takes()
    zammad.server.old_answers = old_answers
    assert await zammad.takes(again=True) == Accepted("62007")
    assert zammad.count() == 1
    other = replace(PARCEL, ticket=replace(PARCEL.ticket, reference="2222-2222"), subject="2222-2222")
    assert await zammad.takes(other, again=True) == Accepted("62008")


@pytest.mark.parametrize("old_answers", [False, True])
async def test_an_addition(zammad: Desk, *, old_answers: bool) -> None:
    """Another note with its mark and its pictures; tried again, there is one, also next to a tenth."""
    await zammad.takes()
    zammad.server.old_answers = old_answers
    await zammad.takes(replace(ADDED, id=f"{REFERENCE}-10"))
    zammad.server.fails("POST ticket_articles", "cut_after")
    assert not (await zammad.refuses(ADDED)).hopeless
    for _ in range(2):
        assert await zammad.takes(ADDED, again=True) == Accepted("62007")
    _, _, added = zammad.server.articles
    assert added["ticket_id"] == 7
    assert added["subject"] == f"[{REFERENCE}-1] Complément au ticket {REFERENCE}"
    assert added["body"] == "Toujours pareil <b>ce matin</b>."
    assert [each[0] for each in added["attachments"]] == [f"{REFERENCE}-1-1.png"]


async def test_an_addition_to_a_very_long_ticket(zammad: Desk) -> None:
    """However much was written there, it is known whether this one is there."""
    await zammad.takes()
    zammad.server.articles += [{"id": 9, "ticket_id": 7, "subject": "x", "body": "x" * 9_000_000}]
    for _ in range(2):
        assert await zammad.takes(ADDED, again=True) == Accepted("62007")
    assert len(zammad.server.articles) == 3


async def test_an_addition_finds_its_ticket(zammad: Desk) -> None:
    """By the number when the desk has changed the title; without a ticket, somebody has to look."""
    await zammad.takes()
    zammad.server.tickets[7]["title"] = "renamed"
    assert await zammad.takes(replace(ADDED, number="62007")) == Accepted("62007")
    error = await zammad.refuses(ADDED)
    assert error.hopeless
    assert f"Zammad has no ticket {REFERENCE} to add something to" in str(error)


async def test_wrong_settings() -> None:
    """A token, a group: the setting is named, Zammad's own words are not repeated, and there is no ticket."""
    async with Zammad() as server:
        for sink, named in (
            (zammad_sink(server, token="somebody-else"), "BOT_ZAMMAD_TOKEN"),  # noqa: S106 - it is none
            (zammad_sink(server, group="Autre"), "BOT_ZAMMAD_GROUP"),
        ):
            with pytest.raises(Undelivered) as caught:
                await sink.deliver(PARCEL, again=False)
            assert caught.value.hopeless
            assert named in str(caught.value)
            assert "Webmail" not in str(caught.value)
            await sink.close()
        assert server.tickets == {}


async def test_an_attachment_that_zammad_refuses_makes_no_ticket(zammad: Desk) -> None:
    """All or nothing."""
    assert (await zammad.refuses(replace(PARCEL, enclosures=(Enclosure("1.png", "", PNG),)))).hopeless
    assert zammad.count() == 0


async def test_an_error_that_only_the_administrator_may_read(zammad: Desk) -> None:
    """Its id is told, so that it can be looked up."""
    body = json.dumps({"error": "Error ID a1B2c3D4: Please contact your administrator."}).encode()
    zammad.server.fails("POST tickets", "answer", 422, body=body, media_type="application/json")
    error = await zammad.refuses()
    assert str(error).startswith("Zammad does not take what it was sent (422, error id a1B2c3D4: its log has more). ")

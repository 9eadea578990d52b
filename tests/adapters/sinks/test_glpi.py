"""Tickets for GLPI: what they become there, and what each of its refusals leads to."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
import structlog

from bot.model.message import Message, Words
from bot.service.delivery import Accepted, Enclosure, Undelivered
from tests.helpdesks import Glpi
from tests.helpdesks.desks import Desk, glpi_sink
from tests.helpdesks.parcels import ADDED, PARCEL, PNG, REFERENCE


async def test_the_ticket(glpi: Desk) -> None:
    """Title, urgency and type; what people typed is text, never markup; the session is ended."""
    await glpi.takes()
    ticket = glpi.server.tickets[100]
    assert ticket == {
        "id": 100,
        "entities_id": 0,
        "name": f"Ticket {REFERENCE} · Webmail",
        "urgency": 4,
        "type": 1,
        "content": (
            "<p>Priorité : haute<br>Langue : français</p><p>----- message exact -----</p>"
            "<pre>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;é&lt;/b&gt;␀\n  deux   espaces</pre>"
            "<p>----- fin du message -----</p>"
        ),
    }
    assert glpi.server.open_sessions == 0


async def test_its_documents(glpi: Desk) -> None:
    """The ticket's own files and the pictures, one by one, linked to the ticket."""
    glpi.server.types.add("json")
    await glpi.takes()
    text, data, picture = glpi.server.documents
    assert [each["filename"] for each in (text, data, picture)] == [
        f"{REFERENCE}.txt",
        f"{REFERENCE}.json",
        f"{REFERENCE}-1.png",
    ]
    assert picture["name"] == f"{REFERENCE}-1.png"
    assert picture["content"] == PNG
    assert "deux   espaces" in text["content"].decode()
    assert json.loads(data["content"])["reference"] == REFERENCE
    assert {(each["itemtype"], each["items_id"]) for each in glpi.server.documents} == {("Ticket", 100)}


async def test_names_of_files_arrive_as_they_are(glpi: Desk) -> None:
    """With their spaces; what could end a name early does not get that far."""
    names = ("capture 1.png", 'a"b\r\nc.png')
    await glpi.takes(replace(PARCEL, enclosures=tuple(Enclosure(name, "image/png", name.encode()) for name in names)))
    assert [each["filename"] for each in glpi.server.documents][1:] == ["capture 1.png", "a_b__c.png"]


async def test_entity_category_and_type() -> None:
    """As they are set."""
    async with Glpi() as server:
        sink = glpi_sink(server, entity=3, category=12, type="request")
        assert await sink.deliver(replace(PARCEL, ticket=replace(PARCEL.ticket, urgency="urgent")), again=False)
        ticket = server.tickets[100]
        assert (ticket["entities_id"], ticket["itilcategories_id"], ticket["type"]) == (3, 12, 2)
        assert ticket["urgency"] == 5
        assert {each["entities_id"] for each in server.documents} == {3}
        await sink.close()


async def test_a_title_always_has_the_reference(glpi: Desk) -> None:
    """Also a long one that would lose it, or one without."""
    await glpi.takes(replace(PARCEL, subject="x" * 300))
    assert glpi.server.tickets[100]["name"] == f"[{REFERENCE}] ".ljust(255, "x")


async def test_found_again_in_another_entity(glpi: Desk) -> None:
    """Where the desk has moved it meanwhile; the documents that are there are not put there twice."""
    await glpi.takes()
    glpi.server.tickets[100]["entities_id"] = 4
    assert await glpi.takes(again=True) == Accepted("100")
    assert len(glpi.server.tickets) == 1
    assert len(glpi.server.documents) == 2


async def test_not_found_is_made_where_it_belongs(glpi: Desk) -> None:
    """Looking everywhere does not change where the ticket goes."""
    await glpi.takes(again=True)
    assert glpi.server.tickets[100]["entities_id"] == 0
    assert "GET getActiveEntities" in glpi.server.calls


async def test_a_document_that_fails_leaves_no_orphan(glpi: Desk) -> None:
    """Tried again, the same ticket gets what it lacks."""
    glpi.server.fails("POST Document", "cut_after")
    assert not (await glpi.refuses()).hopeless
    assert [each["name"] for each in glpi.server.documents] == [f"{REFERENCE}.txt"]
    assert await glpi.takes(again=True) == Accepted("100")
    assert [each["name"] for each in glpi.server.documents] == [f"{REFERENCE}.txt", f"{REFERENCE}-1.png"]


async def test_a_document_that_glpi_keeps_under_another_name(glpi: Desk) -> None:
    """The same content is the same document."""
    await glpi.takes()
    glpi.server.documents[1]["name"] = "Plan du bâtiment"
    await glpi.takes(again=True)
    assert len(glpi.server.documents) == 2


async def test_json_is_no_type_that_glpi_knows_at_first(glpi: Desk) -> None:
    """The ticket is there all the same; the log says it."""
    with structlog.testing.capture_logs() as logged:
        assert await glpi.takes() == Accepted("100")
    (said,) = logged
    assert (said["event"], said["media_type"], said["code"]) == (
        "glpi.document_refused",
        "application/json",
        "ERROR_GLPI_ADD",
    )


async def test_a_picture_that_glpi_refuses(glpi: Desk) -> None:
    """Is in no other's way: the ticket has arrived, can be added to, and the log says what is missing."""
    webp = Enclosure("2.webp", "image/webp", b"RIFF")
    parcel = replace(PARCEL, enclosures=(webp, *PARCEL.enclosures))
    with structlog.testing.capture_logs() as logged:
        assert await glpi.takes(parcel) == Accepted("100")
    assert [each["filename"] for each in glpi.server.documents] == [f"{REFERENCE}.txt", f"{REFERENCE}-1.png"]
    assert [each["media_type"] for each in logged] == ["application/json", "image/webp"]
    assert {each["log_level"] for each in logged} == {"warning"}
    assert await glpi.takes(replace(ADDED, enclosures=(webp,))) == Accepted("100")
    assert len(glpi.server.followups) == 1


async def test_a_web_server_that_refuses_a_large_file(glpi: Desk) -> None:
    """Likewise: the ticket has arrived."""
    glpi.server.fails("POST Document", "answer", 413, body=b"<html>", media_type="text/html")
    with structlog.testing.capture_logs() as logged:
        assert await glpi.takes() == Accepted("100")
    assert [each["code"] for each in logged] == ["413", "ERROR_GLPI_ADD"]
    assert [each["filename"] for each in glpi.server.documents] == [f"{REFERENCE}-1.png"]


async def test_an_addition(glpi: Desk) -> None:
    """A follow-up with its mark, and its pictures; tried again, there is one, also next to a tenth."""
    await glpi.takes()
    await glpi.takes(replace(ADDED, id=f"{REFERENCE}-10", enclosures=()))
    glpi.server.fails("POST ITILFollowup", "cut_after")
    assert not (await glpi.refuses(ADDED)).hopeless
    for _ in range(2):
        assert await glpi.takes(ADDED, again=True) == Accepted("100")
    _, added = glpi.server.followups
    assert added["items_id"] == 100
    assert added["content"] == f"<p>[{REFERENCE}-1]</p><p>Toujours pareil &lt;b&gt;ce matin&lt;/b&gt;.</p>"
    assert [each["name"] for each in glpi.server.documents][2:] == [f"{REFERENCE}-1-1.png"]


async def test_an_addition_finds_its_ticket(glpi: Desk) -> None:
    """By the number when the desk has changed the title; without a ticket, somebody has to look."""
    await glpi.takes()
    glpi.server.tickets[100]["name"] = "renamed"
    assert await glpi.takes(replace(ADDED, number="100")) == Accepted("100")
    error = await glpi.refuses(replace(ADDED, number=None))
    assert error.hopeless
    assert f"has no ticket {REFERENCE}" in str(error)
    gone = await glpi.refuses(replace(ADDED, number="4"))
    assert gone.hopeless
    assert "ERROR_GLPI_ADD" in str(gone)


async def test_a_session_that_ends_meanwhile(glpi: Desk) -> None:
    """It is begun anew, once."""
    lost = b'["ERROR_SESSION_TOKEN_INVALID","session_token semble incorrect"]'
    glpi.server.fails("POST Document", "answer", 401, body=lost, media_type="application/json")
    glpi.server.fails("GET search/Ticket", "answer", 401, body=lost, media_type="application/json")
    assert await glpi.takes() == Accepted("100")
    glpi.server.tickets[100]["entities_id"] = 4
    assert await glpi.takes(again=True) == Accepted("100")
    assert glpi.server.calls.count("GET initSession") == 4
    assert len(glpi.server.tickets) == 1
    for _ in range(2):
        glpi.server.fails("POST Document", "answer", 401, body=lost, media_type="application/json")
    error = await glpi.refuses(replace(PARCEL, id="other"))
    assert "ERROR_SESSION_TOKEN_INVALID" in str(error)


async def test_a_session_that_cannot_be_ended(glpi: Desk) -> None:
    """Is nobody's trouble: the ticket is there."""
    glpi.server.fails("GET killSession", "cut_before")
    assert await glpi.takes() == Accepted("100")


def _not_allowed(server: Glpi) -> None:
    server.client_allowed = False


def _deaf(server: Glpi) -> None:
    server.hears_authorization = False


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (_not_allowed, "GLPI refuses a call of the bot at 10.1.2.3 (ERROR_NOT_ALLOWED_IP). In GLPI, under Setup > "),
        (_deaf, "GLPI refuses a call (ERROR_LOGIN_PARAMETERS_MISSING). The token was sent, but GLPI did not see it: "),
    ],
)
async def test_glpi_is_set_up_otherwise(glpi: Desk, breaks: Callable[[Glpi], None], said: str) -> None:
    """Each code has its own remedy."""
    breaks(glpi.server)
    error = await glpi.refuses()
    assert error.hopeless
    assert str(error).startswith(said)
    assert glpi.server.calls == ["GET initSession"]


async def test_wrong_settings() -> None:
    """A token, an entity: the setting is named, GLPI's own words are not repeated."""
    async with Glpi() as server:
        for sink, named in (
            (glpi_sink(server, user_token="somebody-else"), "BOT_GLPI_USER_TOKEN"),  # noqa: S106 - it is none
            (glpi_sink(server, entity=99), "BOT_GLPI_ENTITY"),
        ):
            with pytest.raises(Undelivered) as caught:
                await sink.deliver(PARCEL, again=False)
            assert caught.value.hopeless
            assert named in str(caught.value)
            assert "droit" not in str(caught.value)
            await sink.close()
        assert server.tickets == {}
        assert server.open_sessions == 0


async def test_words_that_no_json_reader_takes(glpi: Desk) -> None:
    """Half a character, in a subject or a message, is written out."""
    await glpi.takes(replace(PARCEL, subject=f"{REFERENCE} \ud800", message=Message((Words("x \udfff y"),))))
    ticket = glpi.server.tickets[100]
    assert (ticket["name"], ticket["content"]) == (f"{REFERENCE} \\ud800", "<p>x \\udfff y</p>")

"""How much people may add and have sent; beyond it they are told what to do, and nothing is flooded."""

from datetime import timedelta
from itertools import count

from bot.service.allowance import MOST_ADDITIONS, MOST_EDITS, MOST_SENT
from bot.service.incoming import Commanded, Edited, Said
from tests.fakes import said
from tests.service.test_addressee import picture
from tests.service.test_counter import TO_THE_TICKET, Desk
from tests.service.test_desk import Office


async def test_so_much_is_added_to_one_ticket() -> None:
    """Beyond it nothing is kept or sent, in an album, in words or by the button; another ticket has room."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("send-email-2222-2222")
    await desk.person.commands("add-2222-2222")
    for _ in range(MOST_ADDITIONS):
        await desk.person.does(picture("album"))
    assert len(desk.mailbox.taken) == 1 + MOST_ADDITIONS
    for content in (picture("album"), Said("encore un mot"), Commanded("add-2222-2222")):
        reply = await desk.person.does(content)
        assert "je n’ai rien ajouté" in said(reply).replace("'", "’")
        assert [offer.id for offer in reply.offers] == ["by-phone-2222-2222", "by-mail-2222-2222"]
    assert len(desk.mailbox.taken) == len(desk.store.additions) + 1 == MOST_ADDITIONS + 1
    assert "2222-2222" not in (desk.store.sessions["somebody"].adding or "")


async def test_so_much_is_sent_in_a_day() -> None:
    """By one person: tickets and additions alike. The next day there is room again, and others have theirs."""
    desk = Desk()
    for _ in range(MOST_SENT // 6):
        desk.clock.passes(timedelta(minutes=10))
        await desk.ticket()
        await desk.person.commands("send-email")
        await desk.person.commands("add")
        for _ in range(5):
            await desk.person.does(picture("album"))
        await desk.person.commands("restart")
    assert len(desk.mailbox.taken) == MOST_SENT
    reference = desk.mailbox.taken[0].ticket.reference.lower()
    await desk.person.commands(f"add-{reference}")
    before = len(desk.store.additions)
    assert "demain" in said(await desk.person.says("encore un mot"))
    assert len(desk.store.additions) == before
    desk.clock.passes(timedelta(minutes=10))
    for choice in TO_THE_TICKET:
        await desk.person.presses(choice)
    assert "demain" in said(await desk.person.commands("send-email"))
    await desk.person.commands("add")
    assert "Transférez aussi ce message" in said(await desk.person.says("à la main, alors"))
    assert len(desk.mailbox.taken) == MOST_SENT
    desk.clock.passes(timedelta(days=1))
    await desk.person.commands("send-email")
    assert len(desk.mailbox.taken) == MOST_SENT + 2


async def test_so_often_an_addition_is_changed() -> None:
    """Then its person is asked for a new message."""
    office = Office()
    reference = await office.opens()
    await office.does(Commanded(f"add-{reference.lower()}"))
    await office.does(Said("un", "500"))
    versions = count(1)
    for _ in range(MOST_EDITS):
        assert "modifié" in await office.does(Edited(f"version {next(versions)}", "500"))
    for _ in range(2):
        assert "nouveau message" in await office.does(Edited(f"version {next(versions)}", "500"))
    (added,) = await office.store.cases.additions(reference)
    assert (added.text, added.edits) == (f"version {MOST_EDITS}", MOST_EDITS)

"""What people change of what they added."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.service.delivery import Accepted, Parcel, Undelivered
from bot.service.incoming import Commanded, Edited, Said
from bot.service.mailbox import mailboxes
from bot.service.ticket_mail import Correspondents, desk_mail
from bot.service.voice import Voices
from tests.desk import PARIS, catalog
from tests.service.test_counter import Mailbox
from tests.service.test_desk import Office

BETWEEN = Correspondents(mailboxes("bot@example.org")[0], mailboxes("desk@example.net"))


@dataclass
class Wavering(Mailbox):
    """A mailbox that takes every mail, and fails to say so the first time that an addition comes."""

    tried: list[Parcel] = field(default_factory=list)

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Takes a parcel."""
        self.tried.append(parcel)
        if parcel.addition is not None and not again:
            raise Undelivered("the connection was lost")
        return await super().deliver(parcel, again=again)


async def test_an_edit_that_only_the_group_sees() -> None:
    """It is said so; a mail that is tried again stays the very same, and the group shows the change."""
    mailbox = Wavering()
    office = Office(mailbox)
    reference = await office.opens()
    await office.does(Commanded("send-email"))
    await office.works()
    await office.does(Commanded(f"add-{reference.lower()}"))
    await office.does(Said("C'était Chrome", "500"))
    await office.works()
    for words in ("C'était Firefox", "C'était Safari"):
        told = (await office.does(Edited(words, "500"))).replace("\u00a0", " ").replace("’", "'")
        assert told == (
            "C'est noté. Ce changement n'apparaît que dans le groupe du support. Ce qui est parti vers "
            "support@example.org reste inchangé : si ce changement y importe, envoyez-le-moi dans un nouveau message."
        )
    office.clock.passes(timedelta(hours=1))
    await office.works()
    first, second = mailbox.tried[-2:]
    mails = [desk_mail(each, BETWEEN, Voices(catalog(), PARIS).of("fr")).as_bytes() for each in (first, second)]
    assert mails[0] == mails[1]
    assert "C'était Chrome" in second.text
    assert [each.text for each in await office.store.cases.additions(reference)] == ["C'était Safari"]


async def test_an_edit_before_it_goes_elsewhere() -> None:
    """What is sent by mail only after that says what it says then."""
    mailbox = Mailbox()
    office = Office(mailbox)
    reference = await office.opens()
    await office.does(Commanded(f"add-{reference.lower()}"))
    await office.does(Said("C'était Chrome", "500"))
    assert "modifié" in await office.does(Edited("C'était Firefox", "500"))
    await office.does(Commanded("send-email"))
    await office.works()
    added = mailbox.taken[-1]
    assert added.addition is not None
    assert added.addition.text == "C'était Firefox"
    assert "C'était Firefox" in added.text

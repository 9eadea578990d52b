"""Who is in a group and how they stand there, and how the bot does."""

from collections.abc import Iterable

from tests.botapi.members import Member, Status, rights_in
from tests.botapi.people import Person
from tests.botapi.places import Place
from tests.botapi.world import Chat, Kind, World


class Assembly(Place):
    """A group as far as it is about who is there."""

    def __init__(self, world: World, title: str, kind: Kind, username: str = "") -> None:
        super().__init__(world, kind, {"title": title, **({"username": username} if username else {})})

    def gathers(self, *people: Person) -> None:
        """These people are in the group, without a word about it; whoever is first made it."""
        for person in people:
            status: Status = "member" if self.chat.members else "creator"
            self.chat.members.setdefault(person.id, Member(person.user, status))

    def adds_bot(self, by: Person, *, rights: Iterable[str] | None = None) -> None:
        """Somebody adds the bot, perhaps at once as an administrator with some rights."""
        self.gathers(by)
        self.world.stands(self.chat, "member", by.user, None if rights is None else frozenset(rights))
        self.world.note(self.chat, by.user, {"new_chat_members": [self.world.bot], "new_chat_member": self.world.bot})

    def kicks_bot(self, by: Person) -> None:
        """Somebody throws the bot out."""
        self.world.stands(self.chat, "kicked", by.user)

    def promotes_bot(self, by: Person, *, without: Iterable[str] = ()) -> None:
        """The bot may do all an administrator can be allowed to do, but this; what it may do can be changed so, too."""
        self.world.stands(self.chat, "member", by.user, rights_in(self.chat.kind) - set(without))

    def demotes_bot(self, by: Person) -> None:
        """The bot is an ordinary member again."""
        self.world.stands(self.chat, "member", by.user)

    def joins(self, person: Person) -> None:
        """Somebody comes into the group by themselves."""
        self._changes(person, person, "member")
        joined = {
            "new_chat_participant": person.user,
            "new_chat_member": person.user,
            "new_chat_members": [person.user],
        }
        self.world.note(self.chat, person.user, joined)

    def leaves(self, person: Person) -> None:
        """Somebody goes."""
        self._changes(person, person, "left")
        self.world.note(self.chat, person.user, {"left_chat_participant": person.user, "left_chat_member": person.user})

    def bans(self, by: Person, person: Person) -> None:
        """Somebody is thrown out for good."""
        self._changes(by, person, "kicked")
        self.world.note(self.chat, by.user, {"left_chat_participant": person.user, "left_chat_member": person.user})

    def restricts(self, by: Person, person: Person, *, is_member: bool = True) -> None:
        """Somebody may read and press buttons but not write, whether they are in the group or have left it."""
        self._changes(by, person, "restricted", is_member=is_member)

    def promotes(self, by: Person, person: Person, *, without: Iterable[str] = ()) -> None:
        """Somebody is an administrator with all rights but these."""
        self._changes(by, person, "administrator", rights_in(self.chat.kind) - set(without))

    def demotes(self, by: Person, person: Person) -> None:
        """Somebody is an ordinary member."""
        self._changes(by, person, "member")

    def member(self, person: Person) -> Member:
        """How somebody stands here."""
        return self.chat.members.get(person.id, Member(person.user, "left"))

    def moves_to(self, chat: Chat) -> None:
        """Everybody, and the bot, is in another chat as they were here."""
        chat.standing, chat.rights, chat.members = self.chat.standing, self.chat.rights, dict(self.chat.members)

    def _changes(
        self,
        by: Person,
        person: Person,
        status: Status,
        rights: frozenset[str] = frozenset(),
        *,
        is_member: bool = True,
    ) -> None:
        """Somebody stands otherwise; a bot that is an administrator can hear of it."""
        before, after = self.member(person), Member(person.user, status, rights, is_member)
        self.chat.members[person.id] = after
        if self.chat.status == "administrator":
            self.world.tells_of_change("chat_member", self.chat, by.user, before, after)

"""Groups, with topics or without: what people write, and what is done with topics and with the group itself."""

from typing import Protocol

from tests.botapi import contents, forum
from tests.botapi.assembly import Assembly
from tests.botapi.contents import PIXEL
from tests.botapi.people import Person
from tests.botapi.threads import threaded
from tests.botapi.topic import Topic
from tests.botapi.world import JSON, Message, Query

ANONYMOUS = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


class Author(Protocol):
    """Whoever writes: somebody, the group itself for an administrator who stays anonymous, or a channel."""

    @property
    def author(self) -> JSON:
        """What messages say of it."""


class Group(Assembly):
    """A group, of which the bot reads every message unless the world's `privacy` is on.

    What is written goes into a topic, or follows what it replies to; without either it is in General.
    """

    @property
    def author(self) -> JSON:
        """What messages say that an anonymous administrator writes."""
        return {"from": ANONYMOUS, "sender_chat": self.chat.json()}

    def says(self, who: Author, text: str, *, topic: Topic | None = None, to: Message | None = None) -> Message:
        """Somebody writes."""
        return self.sends_raw(who, contents.text(text), topic=topic, to=to)

    def replies(self, who: Author, to: Message, text: str) -> Message:
        """Somebody writes in reply to a message."""
        return self.says(who, text, to=to)

    def sends_photo(
        self,
        who: Author,
        caption: str | None = None,
        data: bytes = PIXEL,
        *,
        topic: Topic | None = None,
        to: Message | None = None,
    ) -> Message:
        """Somebody sends a photo."""
        return self.sends_raw(who, contents.photo(self.world, data, caption), topic=topic, to=to)

    def sends_document(
        self,
        who: Author,
        name: str = "report.txt",
        mime_type: str = "text/plain",
        data: bytes = b"report",
        caption: str | None = None,
        *,
        topic: Topic | None = None,
        to: Message | None = None,
    ) -> Message:
        """Somebody sends a file."""
        return self.sends_raw(who, contents.document(self.world, name, mime_type, data, caption), topic=topic, to=to)

    def sends_raw(self, who: Author, fields: JSON, *, topic: Topic | None = None, to: Message | None = None) -> Message:
        """Somebody sends a message with any fields."""
        if topic is None and to is not None and to.topic is not None and self.chat.is_forum:
            topic = self.chat.topics[to.topic]
        self._allows(who, topic, to)
        sender = {name: value for name, value in who.author.items() if name != "from"}
        where = threaded(self.chat, topic, to)
        message = self.world.post(self.chat, who.author["from"], {**sender, **where, **fields})
        self._tells(message)
        return message

    def edits(self, message: Message, text: str) -> None:
        """Whoever wrote a message changes its text or caption."""
        assert not message.deleted, "what is gone cannot be changed"
        contents.reworded(self.world, message, text)
        self._tells(message, "edited_message")

    def deletes(self, message: Message) -> None:
        """A message is deleted, which no bot is told."""
        message.deleted = True

    def presses(self, person: Person, wanted: str) -> Query:
        """Somebody presses a button, known by its label or data, of the latest message that has it."""
        for message in reversed(self.screen):
            if any(wanted in {button.text, button.value} for row in message.rows for button in row):
                return person.presses_on(message, wanted)
        raise AssertionError(f"no button {wanted!r} in the group; there are {self.buttons}")

    @property
    def topics(self) -> list[Topic]:
        """The topics there are."""
        return [topic for topic in self.chat.topics.values() if not topic.is_deleted]

    def topic(self, name: str) -> Topic:
        """The latest topic with a name."""
        found = [topic for topic in self.topics if topic.name == name]
        assert found, f"no topic {name!r} among {[topic.name for topic in self.topics]}"
        return found[-1]

    def screen_of(self, topic: Topic | None) -> list[Message]:
        """The bot's messages in a topic, or in General."""
        return [message for message in self.screen if message.topic == (topic.id if topic is not None else None)]

    def opens_topic(self, by: Person, name: str) -> Topic:
        """Somebody opens a topic."""
        assert self.chat.is_forum, "there are no topics"
        return forum.opened(self.world, self.chat, by.user, name)

    def renames_topic(self, by: Person, topic: Topic, name: str) -> None:
        """Somebody gives a topic another name."""
        forum.renamed(self.world, self.chat, by.user, topic, name)

    def closes_topic(self, by: Person, topic: Topic) -> None:
        """Somebody closes a topic."""
        forum.closed(self.world, self.chat, by.user, topic)

    def reopens_topic(self, by: Person, topic: Topic) -> None:
        """Somebody opens a closed topic again."""
        forum.reopened(self.world, self.chat, by.user, topic)

    def deletes_topic(self, topic: Topic) -> None:
        """A topic is deleted with all that was said in it, which no bot is told."""
        forum.deleted(self.chat, topic)

    def turns_topics_off(self) -> None:
        """The supergroup is a chat without topics again; they are still there when they are turned on once more."""
        self.chat.is_forum = False

    def turns_topics_on(self) -> "Group":
        """The group has topics, for which it must become a supergroup; the group as it is then."""
        group = self if self.chat.kind == "supergroup" else self.migrates()
        group.chat.is_forum = True
        return group

    def migrates(self) -> "Group":
        """The group becomes a supergroup, with another id."""
        new = Group(self.world, str(self.chat.named["title"]), "supergroup")
        self.moves_to(new.chat)
        self.world.note(self.chat, self.world.bot, {"migrate_to_chat_id": new.id})
        new.world.note(new.chat, self.world.bot, {"migrate_from_chat_id": self.id})
        self.chat.moved_to = new.id
        return new

    def _allows(self, who: Author, topic: Topic | None, to: Message | None) -> None:
        """Only what a client lets people do is done."""
        assert self.chat.moved_to is None, "the group is a supergroup now"
        assert to is None or not to.deleted, "what is gone cannot be replied to"
        assert topic is None or (self.chat.is_forum and not topic.is_deleted), "there is no such topic"
        if isinstance(who, Person):
            member = self.member(who)
            assert member.status in {"creator", "administrator", "member"}, "only members can write"
            free = topic is None or not topic.is_closed or topic.owner == who.id or member.may("can_manage_topics")
            assert free, "the topic is closed"

    def _tells(self, message: Message, kind: str = "message") -> None:
        """Tells the bot of a message, if it is there and may hear it."""
        if self.chat.standing == "member" and (
            not self.world.privacy or self.chat.rights is not None or self._means_bot(message)
        ):
            self.world.tells(message, kind)

    def _means_bot(self, message: Message) -> bool:
        """Whether a message replies to one of the bot's, or is a command not meant for another bot."""
        replied = message.body.get("reply_to_message", {})
        if "forum_topic_created" not in replied and replied.get("from") == self.world.bot:
            return True
        said = message.text.encode("utf-16-le")
        spans = [(entity["offset"], entity["length"]) for entity in message.entities if entity["type"] == "bot_command"]
        commands = [said[2 * start : 2 * (start + length)].decode("utf-16-le") for start, length in spans]
        return any(command.partition("@")[2] in {"", self.world.bot["username"]} for command in commands)

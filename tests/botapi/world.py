"""What the server knows: chats and how the bot stands in them, messages as they are now, files, button presses."""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from tests.botapi.markup import Button, buttons
from tests.botapi.members import Member, Status
from tests.botapi.refusals import Refusal, bad, forbidden
from tests.botapi.topic import Topic
from tests.botapi.updates import Update, Updates

if TYPE_CHECKING:
    from tests.botapi.inline import Asked

JSON = dict[str, Any]
Kind = Literal["private", "group", "supergroup", "channel"]
Standing = Literal["stranger", "member", "kicked", "left"]


@dataclass(frozen=True, slots=True)
class File:
    """A file somebody sent."""

    id: str
    name: str
    mime_type: str
    data: bytes
    kind: str = "document"

    @property
    def path(self) -> str:
        """Where it can be fetched."""
        return f"documents/{self.id}"

    def json(self) -> JSON:
        """What messages say of it."""
        return {"file_id": self.id, "file_unique_id": f"U{self.id}", "file_size": len(self.data)}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a call."""

    name: str
    mime_type: str
    data: bytes


@dataclass(eq=False, slots=True)
class Call:
    """One call of the bot, and how it was answered; `fault` names what was injected, if anything."""

    method: str
    params: JSON
    uploads: dict[str, Upload]
    time: float
    status: int = 0
    answer: JSON = field(default_factory=dict)
    fault: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was done and the bot was told so."""
        return self.status == 200

    @property
    def result(self) -> Any:
        """What was answered."""
        return self.answer.get("result")

    @property
    def error(self) -> str:
        """Why it was refused."""
        return str(self.answer.get("description", ""))


@dataclass(eq=False, slots=True)
class Message:
    """A message as it stands now; `before` are the inline keyboards it had."""

    chat: "Chat"
    body: JSON
    by_bot: bool
    files: dict[str, File]
    deleted: bool = False
    before: list[JSON] = field(default_factory=list)

    @property
    def id(self) -> int:
        """Its number in the chat."""
        return int(self.body["message_id"])

    @property
    def text(self) -> str:
        """Its text, or the caption of what it carries."""
        return str(self.body.get("text", self.caption))

    @property
    def caption(self) -> str:
        """Its caption."""
        return str(self.body.get("caption", ""))

    @property
    def entities(self) -> list[JSON]:
        """The formatting of its text or caption."""
        return list(self.body.get("entities") or self.body.get("caption_entities") or [])

    @property
    def rows(self) -> tuple[tuple[Button, ...], ...]:
        """Its buttons."""
        return buttons(self.body.get("reply_markup"))

    @property
    def edited(self) -> bool:
        """Whether it was changed."""
        return "edit_date" in self.body

    @property
    def document(self) -> File | None:
        """The document or photo it carries."""
        carried: list[JSON] = [*self.body.get("photo", []), *filter(None, [self.body.get("document")])]
        return self.files[carried[-1]["file_id"]] if carried else None

    @property
    def topic(self) -> int | None:
        """The topic of a forum it stands in."""
        return self.body["message_thread_id"] if self.body.get("is_topic_message") else None

    def json(self) -> JSON:
        """What Telegram shows of it; of a deleted one hardly anything."""
        if self.deleted:
            return {"chat": self.chat.json(), "message_id": self.id, "date": 0}
        return deepcopy(self.body)


@dataclass(eq=False, slots=True)
class Query:
    """A press on a button that waits for its answer."""

    id: str
    message: Message
    person: JSON
    data: str
    time: float
    answered: float | None = None
    text: str = ""
    alert: bool = False


@dataclass(eq=False)
class Chat:
    """One chat; `heard` is everything the bot did there, `calls` how many calls for it are under way.

    `rights` are what the bot may do as an administrator, None where it is none.
    """

    id: int
    kind: Kind
    named: JSON
    standing: Standing
    rights: frozenset[str] | None = None
    members: dict[int, Member] = field(default_factory=dict)
    hides_members: bool = False
    is_forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    heard: list[tuple[str, Message | Query]] = field(default_factory=list)
    moved_to: int | None = None
    calls: int = 0
    last_call: float = field(default_factory=time.monotonic)

    def json(self) -> JSON:
        """What messages say of it."""
        return {"id": self.id, "type": self.kind, **self.named, **({"is_forum": True} if self.is_forum else {})}

    @property
    def status(self) -> Status:
        """How the bot stands here, in the words of Telegram."""
        if self.standing == "stranger":
            return "left"
        return "administrator" if self.standing == "member" and self.rights is not None else self.standing

    def may(self, right: str) -> bool:
        """Whether the bot may do this here as an administrator."""
        return self.status == "administrator" and right in (self.rights or ())

    def shows_itself_to(self, person: int) -> bool:
        """Whether somebody sees what is written in a group: its members do, and everybody if it is public."""
        member = self.members.get(person)
        return "username" in self.named if member is None else member.is_present

    def check(self, *, to_read: bool = False) -> None:
        """Refuses what the bot wants to do in a chat where it may not."""
        where = "group chat" if self.kind == "group" else f"{self.kind} chat"
        if self.moved_to is not None and not to_read:
            upgraded = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, upgraded, {"migrate_to_chat_id": self.moved_to})
        match self.kind, self.standing:
            case _, "member":
                return
            case "private", "stranger":
                raise forbidden("bot can't initiate conversation with a user")
            case "private", _:
                raise forbidden("bot was blocked by the user")
            case _, "kicked":
                raise forbidden(f"bot was kicked from the {where}")
        raise forbidden(f"bot is not a member of the {where}")


@dataclass(eq=False)
class World:
    """Everything there is."""

    token: str
    clock: Callable[[], float]
    updates: Updates = field(init=False)
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    suspicious: list[str] = field(default_factory=list)
    profile: dict[tuple[str, ...], Any] = field(default_factory=dict)
    accounts: dict[int, JSON] = field(default_factory=dict)
    privacy: bool = False
    """Whether in groups the bot hears only what is meant for it, unless it is an administrator."""
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    answer_within: float = 150.0
    inline_mode: bool = False
    inline: "dict[str, Asked]" = field(default_factory=dict)
    offers_within: float = 30.0
    watching: list[Callable[[Call | Update], None]] = field(default_factory=list)
    """Told at once of every call that arrives and every update that is handed out."""

    def __post_init__(self) -> None:
        self.updates = Updates(self.clock)

    @property
    def bot(self) -> JSON:
        """The bot's own account."""
        number = int(self.token.split(":")[0])
        return {"id": number, "is_bot": True, "first_name": "Guichet", "username": "guichet_test_bot"}

    @property
    def now(self) -> int:
        """The date of what happens now."""
        return int(self.clock())

    def chat(self, chat_id: Any, *, to_read: bool = False) -> Chat:
        """The chat a call names, if the bot may write there, or at least read."""
        if chat_id in {None, ""}:
            raise bad("chat_id is empty")
        number = str(chat_id)
        chat = self.chats.get(int(number)) if number.removeprefix("-").isdecimal() else None
        if chat is None:
            raise bad("chat not found")
        chat.check(to_read=to_read)
        return chat

    def keep(self, name: str, mime_type: str, data: bytes, kind: str = "document") -> File:
        """Stores a file; what it was sent as says what it can be sent as again."""
        file = File(f"F{next(self.numbers):06}", name, mime_type, data, kind)
        self.files[file.id] = file
        return file

    def post(self, chat: Chat, sender: JSON | None, fields: JSON) -> Message:
        """Puts a message into a chat; the first of a supergroup says that it was made."""
        first = 2 if chat.kind == "supergroup" else 1
        head: JSON = {"message_id": max(chat.messages, default=first - 1) + 1}
        if sender is not None:
            head["from"] = sender
        if chat.kind == "channel":
            head["sender_chat"] = chat.json()
        message = Message(
            chat, {**head, "chat": chat.json(), "date": self.now, **fields}, sender == self.bot, self.files
        )
        chat.messages[message.id] = message
        return message

    def hears(self, chat: Chat, what: str, of: Message | Query) -> None:
        """Notes what the bot did in a chat, for those who watch."""
        chat.heard.append((what, of))
        self.updates.bell.ring()

    def sees(self, what: Call | Update) -> None:
        """Tells those who watch what passes between the bot and the server."""
        for watch in self.watching:
            watch(what)

    def suspects(self, what: str) -> None:
        """Notes what Telegram lets pass though it must be a mistake."""
        self.suspicious.append(what)

    def tells(self, message: Message, kind: str = "message") -> None:
        """Tells the bot of a message; those of a chat come in a row."""
        self.updates.push({kind: message.json()}, ("message", message.chat.id))

    def note(self, chat: Chat, by: JSON, fields: JSON) -> Message:
        """Puts into a chat what Telegram itself notes there, and tells the bot of it if it is there."""
        message = self.post(chat, by, fields)
        message.by_bot = False
        if "forum_topic_created" in fields:
            message.body |= {"message_thread_id": message.id, "is_topic_message": True}
        if chat.standing == "member":
            self.tells(message)
        return message

    def me_in(self, chat: Chat) -> Member:
        """The bot's own standing in a chat."""
        return Member(self.bot, chat.status, chat.rights or frozenset())

    def stands(self, chat: Chat, standing: Standing, by: JSON, rights: frozenset[str] | None = None) -> None:
        """Changes how the bot stands in a chat, and tells it so."""
        before = self.me_in(chat)
        chat.standing, chat.rights = standing, rights
        self.tells_of_change("my_chat_member", chat, by, before, self.me_in(chat))

    def tells_of_change(self, kind: str, chat: Chat, by: JSON, before: Member, after: Member) -> None:
        """Tells the bot that somebody, or the bot itself, stands otherwise in a chat."""
        change = {"old_chat_member": before.json(chat.kind), "new_chat_member": after.json(chat.kind)}
        self.updates.push({kind: {"chat": chat.json(), "from": by, "date": self.now, **change}}, ("member", chat.id))

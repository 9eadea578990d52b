"""People who use the bot: what they do reaches it as updates, what it does is on their screen."""

from itertools import count
from typing import Any

from tests.botapi import contents
from tests.botapi.contents import PIXEL
from tests.botapi.inline import Asked, ask
from tests.botapi.markup import ALLOWING, Button, buttons
from tests.botapi.places import Place
from tests.botapi.threads import quoted
from tests.botapi.world import JSON, Message, Query, World

_QUERIES = count(1)
_SECONDS = {"duration": 3}
_SIZE = {"width": 320, "height": 320}


class Person(Place):
    """Somebody with a private chat, whose id is their own."""

    def __init__(self, world: World, first_name: str, language_code: str | None, **user: Any) -> None:
        super().__init__(world, "private", {"first_name": first_name})
        language = {"language_code": language_code} if language_code is not None else {}
        self.user: JSON = {"id": self.id, "is_bot": False, "first_name": first_name, **language, **user}
        world.accounts[self.id] = self.user

    @property
    def author(self) -> JSON:
        """What messages say that they write."""
        return {"from": self.user}

    def start(self, payload: str = "") -> Message:
        """Opens the bot, perhaps by a link that carries something."""
        return self.says(f"/start {payload}")

    def says(self, text: str) -> Message:
        """Writes a text, which comes as a client sends it; a long one is cut at 4096."""
        return self.sends_raw(contents.text(text))

    def edits(self, message_id: int, text: str) -> None:
        """Changes a text or caption written before."""
        message = self.chat.messages[message_id]
        contents.reworded(self.world, message, text)
        self.world.tells(message, "edited_message")

    def forwards(self, text: str) -> Message:
        """Passes on what somebody else wrote."""
        origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": self.world.now - 60}
        return self.sends_raw({"forward_origin": origin, **contents.text(text)})

    def replies(self, to: Message, text: str) -> Message:
        """Writes in reply to a message."""
        return self.sends_raw({**quoted(to), **contents.text(text)})

    def presses(self, wanted: str) -> Query:
        """Presses a button, known by its label or data, of the latest message on the screen that has it."""
        for message in reversed(self.screen):
            if any(wanted in {button.text, button.value} for row in message.rows for button in row):
                return self.presses_on(message, wanted)
        raise AssertionError(f"no button {wanted!r} on the screen; there are {self.buttons}")

    def presses_on(self, message: Message, wanted: str) -> Query:
        """Presses a button of any message, also in a group, even one that is no longer there."""
        chat = message.chat
        assert chat.kind == "private" or chat.shows_itself_to(self.id), "who is not in a group does not see its buttons"
        shown = [message.rows, *[buttons(markup) for markup in reversed(message.before)]]
        button = _wanted([button for rows in shown for row in rows for button in row], wanted)
        assert button.action == "callback_data", f"the bot does not hear of {button}"
        query = Query(str((self.id << 24) + next(_QUERIES)), message, self.user, button.value, self.world.clock())
        self.world.queries[query.id] = query
        body = {
            "id": query.id,
            "from": self.user,
            "message": message.json(),
            "chat_instance": str(chat.id * 31),
            "data": query.data,
        }
        self.world.updates.push({"callback_query": body}, ("callback", self.id))
        return query

    def types(self, words: str = "", where: Place | None = None) -> Asked:
        """Types the bot's name and some words, here or in another chat; nothing is sent of that."""
        return ask(self.world, self.user, (where or self).chat, words)

    def takes_along(self, wanted: str, where: Place) -> Asked:
        """Presses a button that lets people choose a chat, which then has the button's words after the bot's name."""
        name = "switch_inline_query_chosen_chat"
        shown = [
            row
            for message in reversed(self.screen)
            for row in message.body.get("reply_markup", {}).get("inline_keyboard", [])
        ]
        target = next(
            (button[name] for row in shown for button in row if button["text"] == wanted and name in button), None
        )
        assert target is not None, f"no button {wanted!r} for choosing a chat; there are {self.buttons}"
        assert target.get(ALLOWING[where.chat.kind]), f"{wanted!r} offers no {where.chat.kind} chats"
        return self.types(target.get("query", ""), where)

    def double_taps(self, wanted: str) -> tuple[Query, Query]:
        """Presses a button twice, too quickly for the bot to change it."""
        first = self.presses(wanted)
        return first, self.presses_on(first.message, wanted)

    @property
    def queries(self) -> list[Query]:
        """The buttons this person pressed."""
        return [query for query in self.world.queries.values() if query.person is self.user]

    @property
    def unanswered(self) -> list[Query]:
        """The buttons that still show a clock."""
        return [query for query in self.queries if query.answered is None]

    @property
    def toasts(self) -> list[str]:
        """What was shown for a moment after a button was pressed."""
        return [query.text for query in self.queries if query.text]

    def sends_photo(
        self, caption: str | None = None, data: bytes = PIXEL, to: Message | None = None, **fields: Any
    ) -> Message:
        """Sends a photo, perhaps in reply to a message."""
        return self.sends_raw({**_reply(to), **contents.photo(self.world, data, caption), **fields})

    def sends_document(
        self,
        name: str = "report.txt",
        mime_type: str = "text/plain",
        data: bytes = b"report",
        caption: str | None = None,
        to: Message | None = None,
    ) -> Message:
        """Sends a file, perhaps in reply to a message."""
        return self.sends_raw({**_reply(to), **contents.document(self.world, name, mime_type, data, caption)})

    def sends_album(self, n: int = 2, caption: str | None = None) -> list[Message]:
        """Sends several photos at once; the caption is under the first."""
        album = str(next(self.world.numbers))
        return [self.sends_photo(caption if i == 0 else None, media_group_id=album) for i in range(n)]

    def sends_sticker(self) -> Message:
        """Sends a sticker."""
        kinds = {"type": "regular", "is_animated": False, "is_video": False, "emoji": "👍"}
        return self._sends("sticker", "sticker.webp", "image/webp", {**_SIZE, **kinds})

    def sends_voice(self) -> Message:
        """Sends a voice message."""
        return self._sends("voice", "voice.ogg", "audio/ogg", {**_SECONDS, "mime_type": "audio/ogg"})

    def sends_audio(self) -> Message:
        """Sends music."""
        return self._sends("audio", "song.mp3", "audio/mpeg", {**_SECONDS, "mime_type": "audio/mpeg"})

    def sends_video(self) -> Message:
        """Sends a film."""
        return self._sends("video", "film.mp4", "video/mp4", {**_SECONDS, **_SIZE, "mime_type": "video/mp4"})

    def sends_video_note(self) -> Message:
        """Sends a round film."""
        return self._sends("video_note", "note.mp4", "video/mp4", {**_SECONDS, "length": 240})

    def sends_animation(self) -> Message:
        """Sends a GIF, which old bots know as a document."""
        film = {**self.world.keep("cat.mp4", "video/mp4", b"cat", "animation").json(), "file_name": "cat.mp4"}
        return self.sends_raw({"animation": {**film, **_SECONDS, **_SIZE}, "document": film})

    def sends_contact(self) -> Message:
        """Shares a telephone number."""
        return self.sends_raw({"contact": {"phone_number": "+33600000000", "first_name": "Somebody"}})

    def sends_location(self) -> Message:
        """Shares a place on earth."""
        return self.sends_raw({"location": {"latitude": 48.85, "longitude": 2.35}})

    def sends_venue(self) -> Message:
        """Shares a place with a name."""
        location = {"latitude": 48.85, "longitude": 2.35}
        venue = {"location": location, "title": "Library", "address": "1 rue de la Paix"}
        return self.sends_raw({"venue": venue, "location": location})

    def sends_poll(self) -> Message:
        """Asks a question."""
        options = [{"text": text, "voter_count": 0, "persistent_id": text} for text in ("Yes", "No")]
        poll: JSON = {"id": "1", "question": "Does it work?", "options": options, "total_voter_count": 0}
        flags = dict.fromkeys(("is_closed", "allows_multiple_answers", "allows_revoting", "members_only"), False)
        return self.sends_raw({"poll": {**poll, **flags, "is_anonymous": True, "type": "regular"}})

    def sends_dice(self) -> Message:
        """Throws a die."""
        return self.sends_raw({"dice": {"emoji": "🎲", "value": 4}})

    def sends_raw(self, fields: JSON) -> Message:
        """Sends a message with any fields."""
        assert self.chat.standing != "kicked", "who blocked the bot cannot write to it"
        self.chat.standing = "member"
        message = self.world.post(self.chat, self.user, fields)
        self.world.tells(message)
        return message

    def blocks(self) -> None:
        """Stops the bot."""
        self.world.stands(self.chat, "kicked", self.user)

    def unblocks(self) -> None:
        """Lets the bot write again."""
        self.world.stands(self.chat, "member", self.user)

    def _sends(self, kind: str, name: str, mime_type: str, fields: JSON) -> Message:
        """Sends a file of some kind."""
        return self.sends_raw({kind: {**self.world.keep(name, mime_type, name.encode(), kind).json(), **fields}})


def _wanted(shown: list[Button], wanted: str) -> Button:
    """The button with this label, or else with this data."""
    by_label = [button for button in shown if button.text == wanted]
    found = by_label or [button for button in shown if button.value == wanted]
    assert found, f"no button {wanted!r} among {shown}"
    return found[0]


def _reply(to: Message | None) -> JSON:
    """The fields of a message that replies to another, if it does."""
    return quoted(to) if to is not None else {}

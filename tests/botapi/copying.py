"""Copies of messages, which do not say where they come from."""

from tests.botapi.limits import Limits
from tests.botapi.refusals import bad
from tests.botapi.sending import caption_of, message_in, send
from tests.botapi.world import JSON, Call, World

_MEDIA = frozenset(["photo", "document", "sticker", "voice", "audio", "video", "video_note", "animation"])
_REST = frozenset(["text", "entities", "caption", "caption_entities", "contact", "location", "venue", "dice", "poll"])
_WITHOUT_CAPTION = frozenset({"sticker", "video_note"})


def copy_message(world: World, limits: Limits, call: Call) -> JSON:
    """Copies a message with what it carries but not its buttons; the caption may be another."""
    params = call.params
    if not params.get("from_chat_id"):
        raise bad('Parameter "from_chat_id" is required')
    source = world.chat(params["from_chat_id"], to_read=True)
    message = message_in(source, params.get("message_id") or 0, "message to copy")
    content = {name: value for name, value in message.json().items() if name in _MEDIA | _REST}
    if not content:
        raise bad("The message can't be copied")
    if "caption" in params and (_MEDIA - _WITHOUT_CAPTION) & content.keys():
        kept = {name: value for name, value in content.items() if not name.startswith("caption")}
        content = {**kept, **caption_of(world, params)}
    return {"message_id": send(world, limits, call, [content])[0].id}

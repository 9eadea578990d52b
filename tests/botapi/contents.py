"""What people put into messages, as a client sends it; a long text is cut at 4096."""

from tests.botapi.entities import typed
from tests.botapi.world import JSON, Message, World

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


def text(words: str) -> JSON:
    """A text."""
    said, entities = typed(words)
    assert said, "nobody can send nothing"
    return {"text": said, **({"entities": entities} if entities else {})}


def caption(words: str | None) -> JSON:
    """The text below a file, if there is any."""
    said, entities = typed(words or "")
    return {"caption": said, **({"caption_entities": entities} if entities else {})} if said else {}


def photo(world: World, data: bytes, words: str | None) -> JSON:
    """A photo, of which Telegram keeps two sizes."""
    sizes = [(world.keep("photo.jpg", "image/jpeg", data, "photo"), side) for side in (90, 1280)]
    return {"photo": [{**file.json(), "width": side, "height": side} for file, side in sizes], **caption(words)}


def document(world: World, name: str, mime_type: str, data: bytes, words: str | None) -> JSON:
    """A file."""
    file = world.keep(name, mime_type, data)
    return {"document": {"file_name": name, "mime_type": mime_type, **file.json()}, **caption(words)}


def reworded(world: World, message: Message, words: str) -> None:
    """Changes the text of a message, or the caption of what it carries."""
    said = text(words) if "text" in message.body else caption(words)
    old = {"text", "entities", "caption", "caption_entities"}
    kept = {name: value for name, value in message.body.items() if name not in old}
    message.body = {**kept, **said, "edit_date": world.now}

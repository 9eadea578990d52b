"""Which pictures are kept: those that support can open, and none that can carry a program."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

MAX_BYTES = 20_000_000
"""Beyond, Telegram hands no file to a bot, and many a help desk takes none by mail."""

SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "image/heif": (".heif", ".heic"),
}
"""The media types that are kept, and how names of such files end. SVG is none of them: it can hold scripts."""

Objection: TypeAlias = Literal["other_picture", "large_picture"]


def objection(name: str, media_type: str, size: int) -> Objection | None:
    """What speaks against keeping a picture. A name that ends like another kind of file is believed, not the type."""
    stem, dot, suffix = name.rpartition(".")
    known = {each for suffixes in SUFFIXES.values() for each in suffixes}
    disguised = bool(stem and dot) and f".{suffix.lower().strip()}" not in known
    if media_type.partition(";")[0].strip().lower() not in SUFFIXES or disguised:
        return "other_picture"
    return "large_picture" if size > MAX_BYTES else None

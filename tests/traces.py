"""What words leave behind on a disk: looked for in every form they may have been written in."""

import base64
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

_PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
"""How what zlib packs begins."""


def forms(words: str) -> Iterator[bytes]:
    """How words may stand in a file."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        raw = words.encode(encoding)
        yield raw
        # In base64 they look different at each of three offsets; what depends on the neighbours is left out.
        for offset in range(3):
            yield base64.b64encode(b"\0" * offset + raw)[(offset * 8 + 5) // 6 + 1 : -4]
        yield raw.hex().encode()


def unpacked(content: bytes) -> Iterator[bytes]:
    """A file's content, and whatever in it unpacks."""
    yield content
    for found in _PACKED.finditer(content):
        try:
            yield zlib.decompressobj().decompress(content[found.start() :])
        except zlib.error:
            continue


def files_with(folder: Path, words: str) -> Sequence[str]:
    """The files of a folder, and of those in it, in which these words can be found."""
    wanted = list(forms(words))
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(form in content for content in unpacked(path.read_bytes()) for form in wanted)
    ]

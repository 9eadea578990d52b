"""Underscores, which tesseract's French often takes for spaces: a browser's error code is full of them."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from math import ceil

from PIL import Image

from bot.adapters.ocr.tsv import Box, Word

_LENGTHS = (0.3, 1.3)
"""How long an underscore is, by the height of the words. The line below a link is longer, a comma shorter."""
_ABOVE, _BELOW = 1 / 6, 0.35
"""How far above and below the foot of the words it may lie, by their height."""
_BLUR = 3
"""Rows above a stroke that still belong to it."""
_TALLEST = 100
"""Pixels: words that are taller are no error's, and looking at them takes long."""
_WIDEST = 2
"""How far apart the words may be, by their height."""
_CLEAR = 0.1
"""How much of what is above an underscore may be dark: below a letter that ends in a stroke, more is."""


def joined(line: Sequence[Word], picture: Image.Image) -> str:
    """The text of a line: words with an underscore between them in the picture are one, others have a space between."""
    text = line[0].text
    for before, after in pairwise(line):
        text += _between(before, after, picture) + after.text
    return text


def _between(before: Word, after: Word, picture: Image.Image) -> str:
    if not _wordlike(before.text[-1]) or not _wordlike(after.text[0]):
        return " "
    written = before.text.endswith("_") or after.text.startswith("_")
    return " " if not _is_underscored(before.box, after.box, picture) else "" if written else "_"


def _wordlike(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _is_underscored(before: Box, after: Box, picture: Image.Image) -> bool:
    """Whether a short stroke with nothing above it lies at the foot of two words, where they meet."""
    top, bottom = min(before.top, after.top), max(before.bottom, after.bottom)
    height = bottom - top
    first, last = sorted((before.right, after.left))
    if height > _TALLEST or last - first > _WIDEST * height:
        return False
    left, right = max(0, first - height), min(picture.width, last + height)
    foot = min(picture.height, bottom + int(height * _BELOW))
    if left >= right or top >= foot:
        return False
    around = picture.crop((left, top, right, foot))
    cells = around.tobytes()
    dark = (min(cells) + max(cells)) / 2
    return any(
        start <= last - left and end >= first - left and _is_clear(around.crop((start, 0, end, row - _BLUR)), dark)
        for row in range(int(height * (1 - _ABOVE)), around.height)
        for start, end in _runs(around.crop((0, row, around.width, row + 1)).tobytes(), dark)
        if _LENGTHS[0] * height <= end - start <= _LENGTHS[1] * height
    )


def _is_clear(part: Image.Image, dark: float) -> bool:
    return sum(part.histogram()[: ceil(dark)]) <= _CLEAR * part.width * part.height


def _runs(row: bytes, dark: float) -> Iterator[tuple[int, int]]:
    """From where to where cells of a row are dark without a gap."""
    place = 0
    for is_dark, cells in groupby(row, key=lambda cell: cell < dark):
        end = place + len(list(cells))
        if is_dark:
            yield place, end
        place = end

"""Pictures made ready for reading: decoded within bounds, and written anew.

What comes in is whatever somebody sent. What goes out was written by Pillow, so no program after it meets the original.
"""

import struct
from dataclasses import dataclass
from io import BytesIO
from math import sqrt

from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from bot.model.error import BotError
from bot.model.picture import MAX_BYTES

MAX_PIXELS = 20_000_000
"""Of the picture that was sent: two large screens have fewer. Decoding this many takes about 200 MB."""
PREPARED_PIXELS = 8_000_000
"""Of the picture that is read: more takes longer than anybody waits."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_SCALE = 2.0
"""Letters on screens are half as large as those the recognition was trained with."""
_DARK = 128
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, TypeError, struct.error)
"""What Pillow raises for pictures, and what is said of them, that are broken or made to break something."""


class UnreadablePicture(BotError):
    """These bytes are no picture that can be read."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture ready for reading: dark on light, in grey, and the same as a PNG file."""

    picture: Image.Image
    png: bytes


def prepare(content: bytes) -> Prepared:
    """Decodes a picture, the first one of several, and makes its letters large and dark.

    Raises:
        UnreadablePicture: it is too large, broken, or not a PNG, JPEG, WebP or GIF picture.
    """
    if len(content) > MAX_BYTES:
        raise UnreadablePicture(f"the picture has {len(content):,} bytes; at most {MAX_BYTES:,} are read")
    try:
        return _prepared(content)
    except UnidentifiedImageError:
        raise UnreadablePicture("this is no PNG, JPEG, WebP or GIF picture") from None
    except _BOMBS:
        raise UnreadablePicture(f"the picture has far more than {MAX_PIXELS:,} pixels") from None
    except _BROKEN:
        raise UnreadablePicture("the picture is broken, or only a part of it is there") from None


def _prepared(content: bytes) -> Prepared:
    with Image.open(BytesIO(content), formats=_FORMATS) as sent:
        pixels = sent.width * sent.height
        if pixels > MAX_PIXELS:
            raise UnreadablePicture(f"the picture has {pixels:,} pixels; at most {MAX_PIXELS:,} are read")
        grey = _grey(ImageOps.exif_transpose(sent))
    if ImageStat.Stat(grey).mean[0] < _DARK:
        grey = ImageOps.invert(grey)
    scaled = _scaled(grey)
    file = BytesIO()
    scaled.save(file, "PNG", compress_level=1)
    return Prepared(scaled, file.getvalue())


def _grey(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("L")
    layered = picture.convert("RGBA")
    grey = Image.new("L", layered.size, 255)
    grey.paste(layered.convert("L"), mask=layered.getchannel("A"))
    return grey


def _scaled(grey: Image.Image) -> Image.Image:
    scale = min(_SCALE, sqrt(PREPARED_PIXELS / (grey.width * grey.height)))
    size = max(1, int(grey.width * scale)), max(1, int(grey.height * scale))
    return grey.resize(size, Image.Resampling.LANCZOS)

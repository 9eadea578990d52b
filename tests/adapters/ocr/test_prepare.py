"""Pictures are made ready for reading, whatever was sent."""

import struct
import warnings
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.adapters.ocr.prepare import MAX_PIXELS, PREPARED_PIXELS, UnreadablePicture, prepare
from bot.model.picture import MAX_BYTES
from tests.adapters.ocr.screenshots import saved

NO_PICTURE = "this is no PNG, JPEG, WebP or GIF picture"
BROKEN = "the picture is broken, or only a part of it is there"
BOMB = f"the picture has far more than {MAX_PIXELS:,} pixels"
NOISE = Image.effect_noise((300, 200), 60)


def chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG file."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width: int, height: int) -> bytes:
    """The beginning of a grey PNG picture that claims to be this large, with hardly anything in it."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def jpeg_said_to_be(turned: bytes) -> bytes:
    """A JPEG picture of which its EXIF data say that it is to be turned so, and that its width is a fraction."""
    width = b"\x01\0\0\x05\0\0\0\x01\0\0\0\x26"
    exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02" + width + turned + b"\0" * 4 + struct.pack(">II", 3, 2)
    content = saved(NOISE, "JPEG")
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + content[2:]


def gif_of(width: int, height: int, frame: int) -> bytes:
    """A GIF picture that claims to be this large, and its frame that large."""
    head = b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0"
    return head + b"," + struct.pack("<HHHHB", 0, 0, frame, frame, 0) + b"\x02\x02\x4c\x01\0;"


def webp_of(width: int, height: int) -> bytes:
    """A WebP picture that claims to be this large, and animated."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + size + b"ANIM" + struct.pack("<I", 6) + b"\0" * 6
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", NO_PICTURE, id="nothing"),
        pytest.param(b"/etc/passwd\n/etc/shadow\n", NO_PICTURE, id="a list of files"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"/>', NO_PICTURE, id="SVG"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NO_PICTURE, id="PostScript"),
        pytest.param(saved(NOISE, "TIFF"), NO_PICTURE, id="TIFF"),
        pytest.param(saved(NOISE, "BMP"), NO_PICTURE, id="BMP"),
        pytest.param(saved(NOISE, "PNG")[:9_000], BROKEN, id="a part of a PNG"),
        pytest.param(saved(NOISE, "JPEG")[:4_000], BROKEN, id="a part of a JPEG"),
        pytest.param(jpeg_said_to_be(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"), BROKEN, id="a width that is a fraction"),
        pytest.param(png_of(4_000, 4_000), BROKEN, id="pixels that are missing"),
        pytest.param(png_of(50_000, 50_000), BOMB, id="a PNG bomb"),
        pytest.param(gif_of(65_535, 65_535, 65_535), BOMB, id="a GIF bomb"),
        pytest.param(gif_of(10, 10, 65_535), BOMB, id="a GIF whose frame is a bomb"),
        pytest.param(webp_of(16_383, 16_383), BOMB, id="a WebP bomb"),
        pytest.param(
            png_of(5_000, 5_000), "the picture has 25,000,000 pixels; at most 20,000,000 are read", id="large"
        ),
    ],
)
def test_what_cannot_be_read(content: bytes, why: str) -> None:
    """Each is refused in words, before much is made of it."""
    with pytest.raises(UnreadablePicture) as refused:
        prepare(content)
    assert str(refused.value) == why


@pytest.mark.parametrize("kind", ["error", "default"])
def test_a_picture_pillow_only_warns_of(kind: str) -> None:
    """It is refused as well, whether or not warnings are errors."""
    with warnings.catch_warnings(record=kind == "default"):
        warnings.simplefilter("error" if kind == "error" else "always")
        with pytest.raises(UnreadablePicture, match=r"^the picture has (far more than|100,000,000 pixels)"):
            prepare(png_of(10_000, 10_000))


def test_too_many_bytes() -> None:
    """They are not even looked at."""
    with pytest.raises(UnreadablePicture, match=r"^the picture has 20,000,001 bytes; at most 20,000,000 are read$"):
        prepare(b"\0" * (MAX_BYTES + 1))


@given(st.binary(max_size=200), st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]), st.integers(0, 2_000))
def test_whatever_comes(garbage: bytes, kind: str, place: int) -> None:
    """A picture with garbage in it is read or refused, and nothing else."""
    content = saved(NOISE.resize((40, 30)), kind)
    try:
        prepared = prepare(content[:place] + garbage + content[place + len(garbage) :])
    except UnreadablePicture:
        return
    assert prepared.png.startswith(b"\x89PNG")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_kind_becomes_a_new_grey_png(kind: str) -> None:
    """Twice as large, and the very picture that is looked at."""
    prepared = prepare(saved(NOISE, kind))
    with Image.open(BytesIO(prepared.png), formats=("PNG",)) as written:
        assert (written.mode, written.size) == ("L", (600, 400))
        assert written.tobytes() == prepared.picture.tobytes()


def test_nothing_of_the_original_comes_along() -> None:
    """No place, no date, no comment."""
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    file = BytesIO()
    NOISE.save(file, "JPEG", exif=exif, comment=b"taken at home")
    assert b"taken at home" in file.getvalue()
    assert b"taken at home" not in prepare(file.getvalue()).png


def test_the_first_of_several_pictures() -> None:
    """The others are never decoded."""
    file = BytesIO()
    first, second = Image.new("L", (80, 40), 255), Image.new("L", (80, 40), 0)
    first.paste(0, (0, 0, 40, 10))
    first.save(file, "GIF", save_all=True, append_images=[second] * 50)
    picture = prepare(file.getvalue()).picture
    assert (picture.getpixel((10, 10)), picture.getpixel((150, 70))) == (0, 255)


def test_turned_upright() -> None:
    """As the camera says it was held."""
    exif = Image.Exif()
    exif[0x0112] = 6
    file = BytesIO()
    NOISE.save(file, "JPEG", exif=exif)
    assert prepare(file.getvalue()).picture.size == (400, 600)


def test_dark_on_light() -> None:
    """Dark themes are turned round, light ones are not; what is transparent is paper."""
    for paper, ink in ((20, 230), (230, 20)):
        picture = Image.new("L", (100, 50), paper)
        picture.paste(ink, (40, 20, 60, 30))
        made = prepare(saved(picture, "PNG")).picture
        assert (made.getpixel((10, 10)), made.getpixel((100, 50))) in {(235, 25), (230, 20)}
    through = Image.new("RGBA", (100, 50), (0, 0, 0, 0))
    through.paste((10, 10, 10, 255), (40, 20, 60, 30))
    made = prepare(saved(through, "PNG")).picture
    assert (made.getpixel((10, 10)), made.getpixel((100, 50))) == (255, 10)


def test_large_pictures_do_not_grow() -> None:
    """Beyond a size, they shrink."""
    picture = prepare(saved(Image.new("L", (5_000, 3_000), 255), "PNG")).picture
    assert picture.width * picture.height <= PREPARED_PIXELS
    assert picture.width / picture.height == pytest.approx(5 / 3, abs=0.01)
    assert prepare(saved(Image.new("L", (MAX_PIXELS, 1), 255), "PNG")).picture.height == 1

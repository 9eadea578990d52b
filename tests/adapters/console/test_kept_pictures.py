"""KeptPictures by their path."""

from pathlib import Path

import pytest

from bot.adapters.console.pictures import BadPicture, KeptPictures
from bot.model.answer import Attachment
from bot.model.picture import MAX_BYTES


@pytest.mark.parametrize(
    ("content", "media_type", "suffix"),
    [
        (b"\x89PNG\r\n\x1a\nx", "image/png", ".png"),
        (b"\xff\xd8\xff\xe0x", "image/jpeg", ".jpg"),
        (b"GIF89a", "image/gif", ".gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp", ".webp"),
        (b"\x00\x00\x00\x18ftypheic\x00", "image/heic", ".heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00", "image/heif", ".heif"),
    ],
)
def test_kept(content: bytes, media_type: str, suffix: str, tmp_path: Path) -> None:
    """By what it is, not by its name; the same picture once."""
    path = tmp_path / "capture d'écran.txt"
    path.write_bytes(content)
    kept = [KeptPictures(tmp_path / "attachments").keep(path) for _ in range(2)]
    assert kept[0] == kept[1]
    assert kept[0] == Attachment("capture d'écran.txt", media_type, len(content), kept[0].file)
    assert kept[0].file.startswith("attachments/")
    assert kept[0].file.endswith(suffix)
    (file,) = (tmp_path / "attachments").iterdir()
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (content, 0o600)


def test_refused(tmp_path: Path) -> None:
    """What is missing, too large, no file or no picture is said clearly."""
    pictures = KeptPictures(tmp_path / "attachments")
    text, sound, large = tmp_path / "text.png", tmp_path / "sound.webp", tmp_path / "large.png"
    drawing, film = tmp_path / "drawing.png", tmp_path / "film.heic"
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', encoding="utf-8")
    film.write_bytes(b"\x00\x00\x00\x18ftypisom")
    text.write_text("hello", encoding="utf-8")
    sound.write_bytes(b"RIFF\x24\x00\x00\x00WAVEfmt ")
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    for path, message in (
        (tmp_path / "gone", "cannot be read: No such file or directory"),
        (tmp_path, "is not a file"),
        (text, "is not a JPEG, PNG, GIF, WebP or HEIC picture"),
        (drawing, "is not a JPEG, PNG, GIF, WebP or HEIC picture"),
        (film, "is not a JPEG, PNG, GIF, WebP or HEIC picture"),
        (sound, "is not a JPEG, PNG, GIF, WebP or HEIC picture"),
        (large, "has 20,000,001 bytes; at most 20,000,000 are kept"),
    ):
        with pytest.raises(BadPicture, match=f"{path} {message}"):
            pictures.keep(path)
    assert not (tmp_path / "attachments").exists()

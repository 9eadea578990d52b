"""Which files are kept as pictures."""

import pytest

from bot.model.picture import MAX_BYTES, Objection, objection


@pytest.mark.parametrize(
    ("name", "media_type", "size", "says"),
    [
        ("ecran.png", "image/png", 10, None),
        ("ÉCRAN.JPG ", "image/jpeg; charset=binary", 10, None),
        ("", "IMAGE/PNG", MAX_BYTES, None),
        (".png", "image/png", 10, None),
        ("ecran.png", "image/png", MAX_BYTES + 1, "large_picture"),
        ("ecran.png.exe", "image/png", 10, "other_picture"),
        ("dessin.svg", "image/svg+xml", 10, "other_picture"),
        ("page.html", "image/png", 10, "other_picture"),
    ],
)
def test_what_speaks_against_a_picture(name: str, media_type: str, size: int, says: Objection | None) -> None:
    """Its type, the end of its name, its size."""
    assert objection(name, media_type, size) == says

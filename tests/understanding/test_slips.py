"""What may be mistyped in an identifier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.slips import slips

DOMAINS = ("ac-aix-marseille.fr",)


@pytest.mark.parametrize(
    "text",
    [
        "jdupont",
        "jean.dupont",
        "jdupont12",
        "JD",
        "0131234X",
        "jean.dupont@ac-aix-marseille.fr",
        "Jean.Dupont@ac-aix-marseille.fr",
        "jean.dupont@exemple.fr",
        "12345678",
        "1234567890123456",
    ],
)
def test_nothing_to_say(text: str) -> None:
    """Identifiers are assigned; most of what is typed is right."""
    assert slips(text, DOMAINS, mail_client=False) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("jean dupont", ["space"]),
        ("jean.dupont @ac-aix-marseille.fr", ["space"]),
        ("jérôme.dupont", ["accent"]),
        ("franc\u0327ois", ["accent"]),
        ("JEAN.DUPONT", ["capitals"]),
        ("jean,dupont", ["comma"]),
        ("jean.dupont@@ac-aix-marseille.fr", ["doubled_at"]),
        ("jean@dupont@ac-aix-marseille.fr", ["doubled_at"]),
        ("jean.dupont@", ["no_domain"]),
        ("jean.dupont@ac-lyon.fr", ["other_academy"]),
        ("jean.dupont@AC-NICE.FR", ["other_academy"]),
        ("jean.dupont@etu.ac-lyon.fr", ["other_academy"]),
        ("jean.dupont@ac-aix-marseile.fr", ["domain_misspelt"]),
        ("jean.dupont@ac-aix-marseille", ["domain_misspelt"]),
        ("jean.dupont@ac-aix-marseille.com", ["domain_misspelt"]),
        ("jean.dupont@ac-aix-marseille,fr", ["comma", "domain_misspelt"]),
        ("JÉRÔME DUPONT,", ["comma", "space", "accent", "capitals"]),
        ("06 12 34 56 78", ["phone_number"]),
        ("+33 (0)6.12.34.56.78", ["phone_number"]),
        ("0612345678", ["phone_number"]),
        ("12E3456789ABC", ["personal_number"]),
        ("12 e 3456789 abc", ["personal_number"]),
        ("c'est mon prénom, je crois", ["sentence"]),
        ("mon adresse est jean@ac-lyon.fr", ["sentence"]),
    ],
)
def test_slips(text: str, found: list[str]) -> None:
    """All of them; of what is no identifier at all, only that."""
    assert list(slips(text, DOMAINS, mail_client=False)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("jean.dupont", ["no_domain"]),
        ("jean.dupont@", ["no_domain"]),
        ("jean.dupont@ac-aix-marseille.fr", []),
        ("jean dupont", ["space", "no_domain"]),
    ],
)
def test_in_a_mail_client(text: str, found: list[str]) -> None:
    """There, the whole address is the identifier."""
    assert list(slips(text, DOMAINS, mail_client=True)) == found


def test_without_domains() -> None:
    """A desk that does not know its domains finds nothing wrong with any."""
    assert slips("jean.dupont@ac-lyon.fr", (), mail_client=False) == ()


@given(st.text() | st.text("@., aé9Z-fr", max_size=300), st.booleans())
def test_each_slip_is_told_once(text: str, mail_client: bool) -> None:
    """Whatever was typed; and what is no identifier at all is told alone."""
    found = slips(text, DOMAINS, mail_client=mail_client)
    assert len(set(found)) == len(found)
    assert len(found) == 1 or not {"sentence", "phone_number", "personal_number"} & set(found)

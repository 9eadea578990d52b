"""Plain text on a pipe."""

import io
from pathlib import Path

from bot.adapters.console.front import chat
from bot.adapters.console.pictures import KeptPictures
from bot.adapters.console.pipe import Pipe
from bot.service.ports import Store
from tests.fakes import WeakStore, conversation


async def talk(folder: Path, text: str, store: Store | None = None) -> str:
    """What is written when this comes in."""
    target = io.StringIO()
    await chat(conversation(store), Pipe(io.StringIO(text), target, KeptPictures(folder)), "fr", None)
    return target.getvalue().replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


async def test_nothing_in(tmp_path: Path) -> None:
    """It greets, and ends."""
    written = await talk(tmp_path, "")
    assert written.startswith("Bonjour ! Je suis un assistant automatique.")
    assert written.endswith(
        "\n\n  1. Messagerie académique\n  2. Wi-Fi de l'établissement\n\n"
        "(Recommencer · Annuler · Langue · Aide · Parler à quelqu'un)\n\n"
    )


async def test_numbers_and_words(tmp_path: Path) -> None:
    """One line is one answer; /quit leaves."""
    written = await talk(tmp_path, "1\nmot de passe expiré\n/quit\noui\n")
    assert "Que se passe-t-il ?" in written
    assert "Aviez-vous déjà enregistré" in written
    assert "Suivez le lien" not in written


async def test_a_turn_that_cannot_be_taken(tmp_path: Path) -> None:
    """It is said, and the next line is the next turn."""
    written = await talk(tmp_path, "1\n1\n", WeakStore(failing_turns=(2,)))
    assert "\nthe database does not answer as it should: locked\nQue se passe-t-il ?" in written


async def test_what_can_be_asked_for_besides(tmp_path: Path) -> None:
    """It is said where it is possible: a time that was just noted can be corrected."""
    written = await talk(tmp_path, "2\nc'est lent ou ça coupe\nici\nnon\nnon\n1\nhier 8h\ncorriger\n")
    before, after = written.split("C'est noté : dimanche 21 juin 2026 vers 08:00, heure de Paris.")
    assert "(Retour · Recommencer · Annuler · " in before
    assert "Corriger ·" not in before
    assert "\n\n(Corriger · Retour · Recommencer · Annuler · " in after


async def test_control_characters_do_not_steer_the_terminal(tmp_path: Path) -> None:
    """What was typed is shown as pictures of itself."""
    written = await talk(tmp_path, "wifi\nc'est lent ou ça coupe\nici \x1b[31m là\nnon\nnon\n1\n1\n")
    assert "• Lieu : ici ␛[31m là" in written
    assert "\x1b" not in written


async def test_photo(tmp_path: Path) -> None:
    """/photo PATH; a bad path is said, and nothing lost."""
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\nx")
    written = await talk(tmp_path, f"/photo {tmp_path}/gone.png\n/photo {tmp_path}/a.png\n")
    assert f"{tmp_path}/gone.png cannot be read: No such file or directory\n" in written
    assert "Je garde votre image." in written


async def test_photo_of_nobody(tmp_path: Path) -> None:
    """A home folder that there is not is a path that leads nowhere."""
    written = await talk(tmp_path, "/photo ~nobody-at-all/a.png\n1\n")
    assert "~nobody-at-all/a.png cannot be read: No such file or directory\n" in written
    assert "Que se passe-t-il ?" in written


async def test_last_line_without_a_line_break(tmp_path: Path) -> None:
    """Counts too."""
    assert "Que se passe-t-il ?" in await talk(tmp_path, "1")


async def test_a_ticket_by_hand(tmp_path: Path) -> None:
    """The mail is written as it is, in lines as the terminal has them."""
    written = await talk(
        tmp_path,
        "wifi\nc'est lent ou ça coupe\nici\nnon\nnon\n1\n1\noui\n"
        "le transmettre autrement\nle dicter au téléphone\ncourriel à envoyer vous-même\n",
    )
    assert "(Le dicter au téléphone · Courriel à envoyer vous-même · Ajouter quelque chose)\n" in written
    assert "\nRéférence, lettre par lettre : 2, 2, 2, 2 – 2, 2, 2, 2\n" in written
    assert "\nX-Unsent: 1\nSubject: " in written
    assert "\r" not in written

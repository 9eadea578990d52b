"""Screenshots of error messages, drawn: what stands in them is known to the letter."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_FONTS = Path("/usr/share/fonts/truetype")
SANS, MONO = _FONTS / "dejavu/DejaVuSans.ttf", _FONTS / "dejavu/DejaVuSansMono.ttf"
ARIAL = _FONTS / "liberation/LiberationSans-Regular.ttf"
"""Has the shapes of Arial, which many Windows machines show."""
FONTS = (SANS, MONO, ARIAL)


@dataclass(frozen=True, slots=True)
class Screenshot:
    """A picture, and the lines that stand in it."""

    name: str
    picture: Image.Image
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    @property
    def png(self) -> bytes:
        """The picture as a PNG file."""
        return saved(self.picture, "PNG")


def saved(picture: Image.Image, kind: str, **options: int) -> bytes:
    """The picture as a file of this kind."""
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def page(
    lines: tuple[str, ...],
    font: Path,
    size: int,
    *,
    paper: str = "white",
    ink: str = "#222222",
    room: tuple[int, int] = (40, 40),
) -> Image.Image:
    """Lines of text, with this much room at their left and above them."""
    left, top = room
    letters = _font(font, size)
    width = int(max(letters.getlength(line) for line in lines)) + 2 * left
    picture = Image.new("RGB", (width, 2 * top + len(lines) * size * 3 // 2), paper)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((left, top + number * size * 3 // 2), line, font=letters, fill=ink)
    return picture


def dialog(lines: tuple[str, ...], font: Path, size: int, *, desk: str, bar: str, paper: str, ink: str) -> Image.Image:
    """A window on a desk: its title in a bar, its text, and its button."""
    title, *text, button = lines
    letters = _font(font, size)
    right, bottom = int(max(letters.getlength(line) for line in lines)) + 120, (len(text) + 6) * size * 3 // 2 + 40
    picture = Image.new("RGB", (right + 40, bottom + 30), desk)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 30, right, bottom), fill=paper, outline="#888888")
    draw.rectangle((40, 30, right, 30 + size * 2), fill=bar)
    draw.text((52, 30 + size // 2), title, font=letters, fill="white")
    for number, line in enumerate(text):
        draw.text((64, 30 + size * 3 + number * size * 3 // 2), line, font=letters, fill=ink)
    left = right - 52 - int(letters.getlength(button))
    draw.rounded_rectangle((left, bottom - 10 - size * 2, right - 20, bottom - 10), 4, fill="#0b57d0")
    draw.text((left + 16, bottom - 10 - size * 3 // 2), button, font=letters, fill="white")
    return picture


def screenshots() -> Iterator[Screenshot]:
    """Ten of them: light and dark, small, windows, a phone's, a compressed one."""
    lines: tuple[str, ...] = (
        "Connexion impossible",
        "L’identifiant ou le mot de passe saisi n’est pas reconnu.",
        "Après cinq essais, votre compte sera bloqué pendant trente minutes.",
    )
    yield Screenshot("light page", page(lines, ARIAL, 18), lines)
    lines = (
        "Votre session a expiré",
        "Pour continuer, reconnectez-vous à la messagerie académique.",
        "Si la page « Authentification » réapparaît, videz le cache du navigateur.",
    )
    yield Screenshot("dark page", page(lines, SANS, 16, paper="#1e1e1e", ink="#e6e6e6"), lines)
    lines = (
        "503 Service Unavailable",
        "Le serveur est momentanément surchargé. Réessayez dans quelques minutes.",
        "Référence de l’incident : 7f3c-19e2 (nœud web-04)",
    )
    yield Screenshot("small letters", page(lines, ARIAL, 12, room=(16, 16)), lines)
    lines = (
        "Thunderbird",
        "Échec de l’envoi du message",
        "Le serveur sortant (SMTP) a répondu : 535 Authentification refusée.",
        "Vérifiez vos paramètres de connexion là où ils ont été saisis.",
        "Fermer",
    )
    light = dialog(lines, ARIAL, 16, desk="#d0d7de", bar="#1f3a5f", paper="white", ink="#202020")
    yield Screenshot("light window", light, lines)
    lines = (
        "Certificat non valide",
        "Le nom du serveur ne correspond pas à celui",
        "du certificat. Vérifiez la date et l’heure de",
        "l’appareil, puis prévenez le support.",
        "Code : SSL_ERROR_BAD_CERT_DOMAIN",
        "Annuler",
    )
    dark = dialog(lines, SANS, 15, desk="#111111", bar="#333333", paper="#2b2b2b", ink="#eaeaea")
    yield Screenshot("dark window", dark, lines)
    lines = (
        "Clé OTP refusée",
        "Le code à six chiffres est",
        "erroné ou déjà utilisé.",
        "Attendez le code suivant,",
        "puis recommencez.",
        "Nombre d’essais restants : 2",
    )
    yield Screenshot("phone", page(lines, ARIAL, 20, paper="#f5f5f7", ink="#1c1c1e", room=(24, 120)), lines)
    lines = (
        "Connexion refusée par le serveur",
        "imap.exemple.fr:993 [ETIMEDOUT]",
        "A0001 NO [AUTHENTICATIONFAILED] Échec",
        "Dernière tentative : 08:15:42, le 12/03/2026",
    )
    yield Screenshot("console", page(lines, MONO, 15, paper="#300a24", ink="white", room=(20, 20)), lines)
    lines = (
        "Mot de passe expiré",
        "Votre mot de passe a dépassé sa durée de validité. Définissez-en un nouveau",
        "dans la rubrique « Mon compte », là où figure déjà votre adresse de secours.",
        "Ça ne marche pas ? Adressez-vous à la plateforme d’assistance.",
    )
    yield Screenshot("grey on grey", page(lines, ARIAL, 17, paper="#eef1f5", ink="#5a6472"), lines)
    lines = (
        "Ce site est inaccessible",
        "webmail.exemple.fr a mis trop de temps à répondre.",
        "Voici quelques conseils :",
        "Vérifiez la connexion, le proxy et le pare-feu.",
        "ERR_CONNECTION_TIMED_OUT",
    )
    yield Screenshot("browser", page(lines, ARIAL, 22, ink="#5f6368", room=(320, 180)), lines)
    lines = (
        "Boîte aux lettres pleine",
        "Vous êtes à 99 % de votre quota (2 048 Mo).",
        "Supprimez des messages, ou videz la corbeille, pour en recevoir de nouveaux.",
        "Le cœur du problème vient peut-être des pièces jointes.",
    )
    compressed = saved(page(lines, SANS, 14, paper="#fff4ce", ink="#323130"), "JPEG", quality=70)
    yield Screenshot("compressed", Image.open(BytesIO(compressed)), lines)


@cache
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)

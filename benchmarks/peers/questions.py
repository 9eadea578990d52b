"""What every peer asks, in order; what is asked of the bot itself stands in `flows/triage.yaml`."""

from collections.abc import Mapping

QUESTIONS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("problem", "Que se passe-t-il ?", (("Mot de passe refusé", "password"), ("Autre chose", "other"))),
    ("device", "Sur quel appareil ?", (("Ordinateur", "computer"), ("Téléphone", "phone"))),
    ("error", "Quel est le message d'erreur exact ?", ()),
    ("when", "Quand avez-vous essayé pour la dernière fois ?", ()),
    ("remark", "Que faut-il savoir de plus ?", ()),
    ("again", "Est-ce que cela arrive à chaque fois ?", (("À chaque fois", "always"), ("Parfois", "sometimes"))),
    ("summary", "Est-ce bien cela ?", (("Créer le ticket", "confirm"),)),
)
"""Each with its name, its text, and its buttons: label and data."""


def asked(number: int, answers: Mapping[str, str]) -> str:
    """The text of a question; the last one lists the answers."""
    name, text, _ = QUESTIONS[number]
    return text if name != "summary" else f"{text}\n\n{listed(answers)}"


def listed(answers: Mapping[str, str]) -> str:
    """The answers, a line each."""
    return "\n".join(f"{name} : {answers[name]}" for name, _, _ in QUESTIONS if name in answers)


def ticket(answers: Mapping[str, str]) -> str:
    """The ticket's text."""
    return f"Votre ticket est prêt.\n\n{listed(answers)}"

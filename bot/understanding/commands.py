"""The words that mean the same everywhere, in every language the bot speaks."""

from collections.abc import Mapping

from bot.model.inputs import Back, Cancel, Correct, Help, Input, LastTicket, Restart, Status

COMMANDS: Mapping[str, Input] = {
    "back": Back(),
    "restart": Restart(),
    "cancel": Cancel(),
    "help": Help(),
    "correct": Correct(),
    "status": Status(),
    "ticket": LastTicket(),
}
"""Commands by their stable names."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "back": (
        *("retour", "revenir", "précédent", "ce n'est pas ça", "c'est pas ça"),
        *("back", "go back", "previous", "undo", "that is not it", "that's not it"),
    ),
    "restart": ("recommencer", "recommencer à zéro", "restart", "start over", "start again"),
    "cancel": ("annuler", "abandonner", "arrêter", "stop", "cancel", "quit"),
    "help": ("aide", "help", "?"),
    "correct": ("corriger", "modifier", "correct", "edit"),
    "status": ("où en suis-je", "où en est ma demande", "statut", "status", "where am i"),
    "ticket": ("mon ticket", "ticket", "dernier ticket", "my ticket", "last ticket"),
    "language": ("langue", "changer de langue", "language", "change language"),
}
"""What people type for each command; the first word of each language is the one the bot teaches."""

LANGUAGE_NAMES: Mapping[str, tuple[str, ...]] = {
    "fr": ("français", "en français", "french", "in french"),
    "en": ("english", "in english", "anglais", "en anglais"),
}
"""What people type to change to a language, by its code."""

YES = ("oui", "ouais", "yes", "yep", "ok", "d'accord", "c'est ça", "exact", "that's right")
UNSURE = (
    *("je ne sais pas", "je sais pas", "j'en sais rien", "je ne sais plus", "je sais plus", "chais pas", "aucune idée"),
    *("i don't know", "i do not know", "dunno", "no idea", "not sure", "i don't remember"),
)
NONE_OF_THESE = ("aucune", "aucun", "rien de tout ça", "aucune de ces situations", "none", "none of these", "neither")
"""What people say when nothing that was suggested is meant."""

NO = ("non", "no", "nope", "pas du tout")

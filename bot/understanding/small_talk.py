"""Greetings and thanks that say nothing else."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from bot.understanding.features import words

_GREETINGS = """bonjour bonsoir salut coucou bjr bsr slt cc hello hi hey hiya morning afternoon evening hola yo allo
    rebonjour greetings"""
_THANKS = "merci mercis thanks thank thx thks ty cheers remercie remerciements"
_AROUND = """a tous toutes tout le monde vous madame monsieur mme mr m chers cher collegues collegue la l equipe du
    support bot robot beaucoup bien bcp mille encore infiniment d avance pour votre ton aide reponse je et ok okay super
    parfait bonne bon journee soiree apres midi courage cordialement ca va comment allez there everyone all sir madam
    dear team good nice day you u very much so lot many for your the help and ever that s great how are"""
"""Words that go with them and change nothing."""

Kind: TypeAlias = Literal["greeting", "thanks"]

_KINDS: Mapping[str, Kind | None] = {
    **dict.fromkeys(_AROUND.split(), None),
    **dict.fromkeys(_GREETINGS.split(), "greeting"),
    **dict.fromkeys(_THANKS.split(), "thanks"),
}


def small_talk(text: str) -> Kind | None:
    """What a text is that only greets or only thanks; what comes first counts."""
    said = words(text)
    if not all(word in _KINDS for word in said):
        return None
    return next((kind for word in said if (kind := _KINDS[word]) is not None), None)

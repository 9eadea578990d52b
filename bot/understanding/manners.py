"""The words around what somebody asks for: greetings, wishes, please and thank you."""

import re

_GREETINGS = r"bonjour|bonsoir|salut|bjr|hello|hi|hey|alors|mais|et|and|but|ok|oui|non|yes|no"
_PLEASE = r"svp|stp|s il (?:vous|te) plait|please|pls"
_WISHES = (
    r"je (?:veux|voudrais|voulais|souhaite|souhaiterais|prefere|prefererais|peux|dois)|j aimerais|j ai besoin de?"
    r"|(?:est ce que )?(?:je peux|puis je|on peut)|peut on|pourrais je|il (?:me )?faudrait|il me faut"
    r"|i (?:want|need|would like|d like|prefer)(?: to)?|(?:can|could|may) i|let me|is it possible to"
)
_AFTERWARDS = r"merci(?: beaucoup| bien| d avance)?|thanks|thank you|maintenant|tout de suite|now|first"

_BEFORE = re.compile(rf"(?:(?:{_GREETINGS}|{_PLEASE}|{_WISHES})(?: |$))+")
_AFTER = re.compile(rf"(?:(?:^| )(?:{_PLEASE}|{_AFTERWARDS}))+$")


def without_manners(words: str) -> str:
    """Normalised words without what is only polite around them; as they are when nothing else is left."""
    begun = _BEFORE.match(words)
    return _AFTER.sub("", words[begun.end() :] if begun else words).strip() or words

"""How people lead from the name of a thing to its value: "… de messagerie est bien : …"."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Lead: TypeAlias = Literal["sign", "verb", "none"]
"""What leads to the value: a colon or the like; "is"; nothing."""

_GAP = re.compile(
    r"(?:[\s,(']{1,3}(?:d|de|du|des|l|la|le|les|j|je|qu|que|m|me|mon|ma|mes|ton|ta|votre|pour|a|au|aux|sur|avec|par|ai"
    r"|avais|on|ils?|elles?|ont|comme|as|they|he|she|we|you|gave|i|my|your|the|for|of|to|on|in|that|with|from|by|have"
    r"|had|ve|am|was|ce|cette|actuel|actuelle|provisoire|temporaire|initial|par defaut|habituel|personnel|perso|pro"
    r"|professionnel|complet|academique|acad|rectorat|messagerie|webmail|mail|mails|boite|courriel|compte|portail"
    r"|esterel|arena|wifi|wi-fi|eduroam|session|ordi|ordinateur|pc|ent|pronote|iprof|i-prof|imap|smtp|thunderbird"
    r"|outlook|zimbra|vpn|cas|sso|acces|access|ouvrir|acceder|connecter|connexion|connecte|utilise|utilisais|tape"
    r"|tapais|tapes|saisi|saisis|mets|mis|entre|rentre|essaye|essaie|teste|donne|donnee|envoye|recu|recue|recois"
    r"|choisi|cree|change|modifie|remplace|hier|nouveau|nouvel|nouvelle|ancien|vieux|new|old|current|temporary|default"
    r"|initial|usual|account|mailbox|email|login|portal|work|use|used|using|type|typed|type in|enter|entered|try|tried"
    r"|set|put|got|given|received|chose|changed|reset|sent|ouvre|carte|agent|cps|cle|otp|token|jeton|securite|college"
    r"|lycee|ecole|etablissement|salle|school|key|badge|appli|app|application|telephone|phone"
    r"|device)(?![^\s,':=(«\"→-])){0,9}"
)
_SIGN = re.compile(r"\s*[\"'»”)*`]{0,2}\s*(?::=|[:=]=?>?|-{1,2}>|=>|→|⇒|➜)\s*")
_VERB = re.compile(
    r"[\s,]{1,3}(?:(?:c[' ]?est|cest|c|est|etait|sera|serait|etant|devrait etre|sont|is|was|are|will be|should be"
    r"|being|be|donc|vaut)(?!\w)[\s,:=]{0,3})"
    r"|'s[\s:]{1,3}"
)
_NONE = re.compile(r"[\s,-]{0,3}(?<=[\s,-])(?:(?:ces|ses|et|s|e)\s)?")
_SPACE = re.compile(r"[ \t,-]{0,3}(?<=[ \t,-])")
_STILL = re.compile(
    r"(?:(?:bien|toujours|donc|juste|le suivant|la suivante|celui-ci|celui ci|actuellement|now|still|just|actually"
    r"|currently|the following|this|that|voici|here|maintenant|normalement|j'ai mis|j'ai tape|je mets|je tape"
    r"|i typed|i use|i put)(?!\w)[\s:]{0,3}){1,3}"
)


@dataclass(frozen=True, slots=True)
class Announced:
    """Where a value begins, what leads there, and whether further words stand between."""

    start: int
    lead: Lead
    far: bool


def announced(text: str, position: int) -> Announced:
    """What follows the name of a thing that ends at this position of a folded text."""
    gap = _end(_GAP, text, position)
    far = gap > position
    for lead, pattern in (("sign", _SIGN), ("verb", _VERB)):
        found = pattern.match(text, gap)
        if found:
            start = _end(_STILL, text, found.end())
            again = _SIGN.match(text, start)
            return Announced(again.end() if again else start, "sign" if again or lead == "sign" else "verb", far)
    return Announced(_end(_SPACE if far else _NONE, text, gap), "none", far)


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position

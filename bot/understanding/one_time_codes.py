"""One-time codes: numbers of six digits and more where a code is talked of, unless it is an error's."""

import re
from collections.abc import Iterator

from bot.understanding.traced import Cut

_NUMBER = (
    r"(?<![\w/])(?<!\d[ .,:-])(\d{6,10}|\d{3}[ .-]\d{3}|\d{2} \d{2} \d{2}|\d{4}[ -]\d{4}|\d(?: \d){5}|\d(?:-\d){5})"
    r"(?!\w|[/:]\d|[ .,-]\d)"
)
_ALONE = re.compile(rf"\W*{_NUMBER}\W*")
_TYPED = re.compile(
    rf"(?<!\w)(?:tape|saisi|entre|rentre|mis|mets|recopie|typed|entered|put in)\s(?:le\s|the\s)?[\"'«]?{_NUMBER}"
)
_BEFORE = re.compile(
    rf"{_NUMBER}[\"'»)]?[ \t](?:(?:est|is|was|etait|c[' ]?est|comme|as|par|by|via|dans|in|le|la|mon|my"
    r"|the|un|a|en|for|de|que|j'ai|recu|received|on|your|votre|verification|security"
    r"|login|connexion|validation)[ \t]){1,5}"
    r"(?:code|(?:t|h)?otp|sms|texto|text|jeton|token|passcode|one[- ]time)(?!\w)"
)
_CODE = re.compile(
    r"(?<!\w)(?:codes?|(?:t|h)?otp|tokens?|jetons?|passcode|tokencode|2fa|mfa|authenticator|totp|sms|verification"
    r"|(?:one[- ]time|usage unique)(?:\spass(?:word|code)?)?)(?!\w)"
)
_LED_TO = re.compile(rf"(?P<gap>(?:[^.?!;\n\0\d]|[468](?=[ -](?:chiffres|digit))|2(?=fa)){{0,70}}){_NUMBER}")
_ONE_TIME = re.compile(
    r"(?<!\w)(?:(?:t|h|free)?otp|usage\sunique|sms|texto|recue?s?|received?|verification|validation|authenticator"
    r"|2fa|mfa|double\s(?:facteur|authentification)|tokencode|passcode|one[- ]?time|chiffres|digits?|texted)(?!\w)"
)
_PURPOSES = re.compile(
    r"(?<!\w)(?:authentification|authentication|confirmation|connexion|securite|security|recevoir|telephone|phone"
    r"|appli)(?!\w)"
)
_LINK = re.compile(r"(?<!\w)(?:c[' ]?est|cest|est|is|was|etait|sont|are)\s*[\"'«(:]*\s*(?:le\s)?$|[:=>(«\"']\s*$")
_OTHER_CODES = re.compile(
    r"(?<!\w)(?:erreurs?|errors?|err|http|statuts?|status|retour|return|postal(?:e|\scode)?|zip|incident|ticket"
    r"|dossier"
    r"|reference|ref|rne|uai|etablissement|barres?|article|article|salle|poste|evenement|event|bug|tel|appelez|port"
    r"|reponse|response|exit|etat|state|numero\sde|version|qr|source|bat)(?!\w)"
)
_TRIED = re.compile(
    r"(?<!\w)(?:refuse[rsz]?|accepte[rsz]?|tape[rsz]?|tapant|saisi[rst]?|entre[rsz]?|rentre[rsz]?|mis|mets?"
    r"|recopi\w{1,3}"
    r"|enter(?:ed|ing|s)?|typ(?:e|ed|ing)|reject(?:ed|s)?|accept(?:ed|s)?|tried|use[ds]?)(?!\w)"
)
_SHOWN = re.compile(r"(?<!\w)(?:shows?|displays?|gives?|says?|affiche|donne|indique|dit)\s$")
_FAILED = re.compile(
    r"[\"'»)]?\s(?:(?:est|is|was|a ete|deja|encore|toujours|still)\s){0,2}"
    r"(?:refuse|invalide|incorrect|perime|expire|rejete|reject|invalid|wrong"
    r"|not accepted|n'est|ne\s(?:marche|passe|fonctionne)"
    r"|(?:is|does|was)n't|doesn't|pas bon)"
)
_MINE = re.compile(r"(?<!\w)(?:mon|my)\s$")
_SENTENCE = re.compile(r"[\n.;!?]")
_PHONE = re.compile(r"0[1-9]\d{8}")
_LOOK_BACK = 30


def one_time_codes(text: str, *, about_otp: bool) -> Iterator[Cut]:
    """The codes in a folded text; `about_otp` when it answers a question about them."""
    alone = _ALONE.fullmatch(text) if about_otp else None
    for found in (*([alone] if alone else []), *_TYPED.finditer(text), *_BEFORE.finditer(text)):
        if not is_phone(found[1]):
            yield Cut("otp", *found.span(1))
    spoken = about_otp or _ONE_TIME.search(text) is not None
    for name in _CODE.finditer(text):
        led = _LED_TO.match(text, name.end())
        if led is None or is_phone(led[2]):
            continue
        gap, before = led["gap"], text[max(0, name.start() - _LOOK_BACK) : name.start()]
        if not name[0].startswith("code") or _ONE_TIME.search(gap) or _PURPOSES.search(gap) or _MINE.search(before):
            before = _SENTENCE.split(before)[-1]
        if _OTHER_CODES.search(before) or _OTHER_CODES.search(gap):
            continue
        if spoken or _LINK.search(gap) or _is_tried(before, gap, text[led.end() : led.end() + _LOOK_BACK]):
            yield Cut("otp", *led.span(2))


def is_phone(number: str) -> bool:
    """Whether these digits are a telephone number."""
    return _PHONE.fullmatch(re.sub(r"\D", "", number)) is not None


def _is_tried(before: str, gap: str, after: str) -> bool:
    """Whether the words around a number are those around a code that is typed, shown or refused."""
    return bool(_MINE.search(before) or _TRIED.search(before) or _SHOWN.search(gap) or _FAILED.match(after))

"""Secrets that are known by their shape, whatever is said around them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.model.redaction import SecretKind
from bot.understanding.candidate import piece
from bot.understanding.password_talk import is_state
from bot.understanding.strength import is_strong
from bot.understanding.traced import Cut, Traced

_SPACE = r"[ \t.-]?"
_MODULUS = 97
"""Of the check digits of account numbers and of social security numbers."""

_WORD = re.compile(r"\S+")
_IN_WORD = r"[a-z0-9]"

_KEY_BLOCK = re.compile(
    r"-----begin [a-z0-9 ]{0,40}private key-----"
    r"(?:(?:[^-]|-(?!----))+-----end [a-z0-9 ]{0,40}-----|(?:\s+[a-z0-9+/=]{8,})+)"
)
_JWT = re.compile(r"(?<![\w-])ey[IJ][\w-]{8,}(?:\.[\w-]*){2,4}", re.ASCII)
_TICKET = re.compile(r"(?<![\w-])tgt-[\w.-]{6,}")
_NUMEN = re.compile(
    rf"(?<![\w])\d{{2}}{_SPACE}(?:[A-Z]|[aegp]){_SPACE}\d{{2}}{_SPACE}\d{{5}}{_SPACE}(?:[A-Z]{{3}}|[a-z]{{3}})(?!\w)"
)
_TOKENS = re.compile(
    r"(?<![\w-])(?:gh[opsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|sk-[\w-]{20,}|xox[abp]-[\w-]{10,}"
    r"|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|\d{8,10}:[\w-]{35})(?![\w-])",
    re.ASCII,
)
"""Keys that say themselves what they are: those of forges, of clouds, of Telegram bots."""

_AUTHORIZATION = re.compile(
    r"\b(?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?(?:basic|bearer|digest|negotiate|token"
    r"|apikey)\s+([\w.~+/=-]{4,})"
    r"|\bbearer[ \t:]+((?=[\w.~+/-]*\d|\S{20})[\w.~+/=-]{8,})"
)
_COOKIES = re.compile(r"\bcookie[ \t]*:[ \t]*([^\n\0=]{1,80}=[^\n]*)")
_COOKIE = re.compile(r"(?<![^\s;:,])([\w.-]{1,80})=([^;\s\0]+)")
_COOKIE_ATTRIBUTES = frozenset(("domain", "expires", "max-age", "path", "priority", "samesite", "version"))
_SESSION = re.compile(
    r"(?<![a-z0-9])(tgc|jsessionid|phpsessid|asp\.net_sessionid|connect\.sid|aspsessionid\w{0,20}|zm_auth_token"
    r"|roundcube_sess(?:id|auth)|lemonldap(?:pdata|http)?|auth_session_id|keycloak_(?:session|identity)|kc_restart"
    r"|_?shibsession\w{0,80}|mod_auth_openidc_session|horde\w{0,10}|sessid|session[ _-]?id|sid|id de session"
    r"|identifiant de session|numero de session|cookie de session|session cookie)"
    r"[\"']?\s*(?:[:=]|\b(?:est|is|vaut)\b)\s*[\"'«]?\s*((?=[\w.%+/-]*\d)[\w.%+/=!-]{8,})"
)
_USER_INFO = re.compile(r"\b[a-z][a-z0-9+.-]{1,12}://[^\s/?#:@\0]{0,80}:([^\s/?#\0]{1,200})@")
_PARAMETER = re.compile(
    r"(?:[?&#;]|%3f|%26|%23|\bamp;)"
    r"(?:(?:user|j|old|new|current|confirm)?_?(?:password|passwd|pwd|pass|mdp)|mot_?de_?passe|(?:\w{1,20}_)?token"
    r"|authtoken|saml(?:response|art)|assertion|(?:x-)?api[_-]?key|key|secret|client_secret|sess(?:ion)?_?(?:id)?|sid"
    r"|jsessionid|phpsessid|sig|signature|otp|totp|pin|auth|pgtid)(?:=|%3d)((?:(?!%26|%23)[^\s&#\"'<>\0])+)"
    r"|(?:[?&#;]|%3f|%26)(?:code|session_state)(?:="
    r"|%3d)((?=[^\s&#\"'<>\0]{0,80}[a-z_.-])(?:(?!%26)[^\s&#\"'<>\0]){8,})"
)
_FIELD = re.compile(
    r"(?<![a-z0-9?&#;])(?:access_?token|refresh_?token|id_?token|auth_?token|client_?secret|samlresponse)"
    r"[\"']?\s*[:=]\s*[\"']?([\w.~+/=%-]{8,})"
)

_ELEMENT = re.compile(
    r"<((?:\w{1,20}:)?(?:[a-z]{1,12}[_-]|user|j|old|new|current|confirm|mail|smtp|imap|ldap|db|login|account|admin)?"
    r"(?:password|passwd|pwd|passphrase|mdp|mot[_-]?de[_-]?passe))(?:\s[^<>\0]{0,200})?>"
    r"\s{0,20}(?![$#%]?\{)([^<>\s\0]{1,80}(?: [^<>\s\0]{1,80}){0,9})\s{0,20}</\1>"
)
"""An element that is named for a password, and its text."""

_LEAST_CHARACTERS = 3
_SOCIAL = re.compile(
    rf"(?<!\w)[1-478]{_SPACE}\d\d{_SPACE}\d\d{_SPACE}(?:\d\d|2[ab]){_SPACE}\d{{3}}{_SPACE}\d{{3}}"
    r"[ \t./-]{0,3}\d\d(?!\w)"
)
_IBAN_START = re.compile(r"(?<!\w)[a-z]{2}\d{2}(?=[ \t.-]?[a-z0-9]{2})")
_IBAN_REST = re.compile(r"(?:[ \t\xa0.-]?[a-z0-9]){11,30}")
_IBAN_LENGTHS: Mapping[str, int] = {
    "ad": 24, "at": 20, "be": 16, "bg": 22, "ch": 21, "cy": 28, "cz": 24, "de": 22, "dk": 18, "ee": 20, "es": 24,
    "fi": 18, "fr": 27, "gb": 22, "gi": 23, "gr": 27, "hr": 21, "hu": 28, "ie": 22, "is": 26, "it": 27, "li": 21,
    "lt": 20, "lu": 20, "lv": 21, "ma": 28, "mc": 27, "mt": 31, "nl": 18, "no": 15, "pl": 28, "pt": 25, "ro": 24,
    "se": 24, "si": 19, "sk": 24, "sm": 27, "tn": 24, "va": 22,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shape:
    """A secret known by a pattern, which is tried only where one of its signs is: in a folded text."""

    kind: SecretKind
    pattern: re.Pattern[str]
    signs: tuple[str, ...]
    as_shown: bool = False
    """It is a pattern of the text as it was written, where small and capital letters differ."""


_SHAPES = (
    _Shape("private_key", _KEY_BLOCK, ("-----begin",)),
    _Shape("jwt", _JWT, ("ey",), as_shown=True),
    _Shape("cas_ticket", _TICKET, ("tgt-",)),
    _Shape("url_secret", _USER_INFO, ("://",)),
    _Shape("url_secret", _PARAMETER, ("=", "%3d")),
    _Shape("token", _AUTHORIZATION, ("authorization", "bearer")),
    _Shape("token", _FIELD, ("=", ":")),
    _Shape("token", _TOKENS, ("gh", "github_pat_", "glpat-", "sk-", "xox", "akia", "aiza", ":"), as_shown=True),
)


def shapes(traced: Traced) -> Iterator[Cut]:
    """Secrets with a shape of their own, the surest kinds first."""
    for shape in _SHAPES:
        if any(map(traced.folded.__contains__, shape.signs)):
            yield from _groups(shape.kind, shape.pattern, traced.shown if shape.as_shown else traced.folded)
    yield from _elements(traced)
    has_digit = traced.has_digit
    yield from _cookies(traced.folded, has_digit=has_digit)
    if has_digit:
        yield from _groups("numen", _NUMEN, traced.shown)
        yield from _ibans(traced.folded)
        for found in _SOCIAL.finditer(traced.folded):
            if _is_social_security(found[0]):
                yield Cut("social_security", *found.span())


def _groups(kind: SecretKind, pattern: re.Pattern[str], text: str) -> Iterator[Cut]:
    """What the pattern finds: its group, where it has any."""
    for found in pattern.finditer(text):
        yield Cut(kind, *found.span(found.lastindex or 0))


def _cookies(text: str, *, has_digit: bool) -> Iterator[Cut]:
    """What identifies a session: by its name, with a digit in its value, or in the header of all."""
    for found in _SESSION.finditer(text) if has_digit else ():
        yield Cut("cas_ticket" if found[1] == "tgc" else "cookie", *found.span(2))
    for line in _COOKIES.finditer(text) if "cookie" in text else ():
        for found in _COOKIE.finditer(text, *line.span(1)):
            if found[1] not in _COOKIE_ATTRIBUTES:
                yield Cut("cas_ticket" if found[1] == "tgc" else "cookie", *found.span(2))


def _elements(traced: Traced) -> Iterator[Cut]:
    """The texts of elements that are named for passwords, unless they say something about one."""
    for found in _ELEMENT.finditer(traced.folded):
        words = [piece(traced, *word.span()) for word in _WORD.finditer(traced.folded, *found.span(2))]
        is_plain = len(found[2]) >= _LEAST_CHARACTERS and not any(is_state(word) for word in words)
        if is_plain or any(is_strong(word) for word in words):
            yield Cut("password", *found.span(2))


def _ibans(text: str) -> Iterator[Cut]:
    """Account numbers of the length of their country and with the right check digits."""
    for start in _IBAN_START.finditer(text):
        length = _IBAN_LENGTHS.get(start[0][:2])
        rest = _IBAN_REST.match(text, start.end()) if length else None
        if length is None or rest is None:
            continue
        places = [place for place in range(start.start(), rest.end()) if text[place].isalnum()]
        if len(places) < length:
            continue
        end = places[length - 1] + 1
        number = "".join(text[place] for place in places[:length])
        if not re.match(_IN_WORD, text[end : end + 1]) and int(_digits(number[4:] + number[:4])) % _MODULUS == 1:
            yield Cut("iban", start.start(), end)


def _digits(number: str) -> str:
    return "".join(str(int(character, 36)) for character in number)


def _is_social_security(said: str) -> bool:
    """Whether the last two digits are the key of the first thirteen; Corsica counts as 19 or 18."""
    number = re.sub(r"[^0-9ab]", "", said).replace("2a", "19").replace("2b", "18")
    return int(number[:-2]) % _MODULUS + int(number[-2:]) == _MODULUS

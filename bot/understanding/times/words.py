"""The words of times in French and English, folded: as people write them, short forms and slips included."""

from collections.abc import Iterable, Mapping, Sequence

from bot.model.answer import PartOfDay
from bot.understanding.times.pieces import Role

MONTHS: Sequence[Sequence[str]] = (
    ("janvier", "january", "janv", "jan"),
    ("fevrier", "february", "fevr", "fev", "feb"),
    ("mars", "march", "mar"),
    ("avril", "april", "avr", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "july", "juil", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "september", "sept", "sep"),
    ("octobre", "october", "oct"),
    ("novembre", "november", "nov"),
    ("decembre", "december", "dec"),
)

WEEKDAYS: Sequence[Sequence[str]] = (
    ("lundi", "lundy", "monday", "lun"),
    ("mardi", "mardy", "tuesday", "tues", "tue"),
    ("mercredi", "mercredy", "mecredi", "mercerdi", "wednesday", "wensday", "wednsday", "weds", "wed"),
    ("jeudi", "jeudy", "thursday", "thurday", "thurs", "thur", "thu"),
    ("vendredi", "vendredy", "venderdi", "friday", "fryday", "vend", "ven", "fri"),
    ("samedi", "samdi", "samedy", "saturday"),
    ("dimanche", "dimache", "sunday", "dim"),
)

SHORT_WEEKDAYS: Mapping[str, int] = {"mon": 0, "mer": 2, "jeu": 3, "sam": 5, "sat": 5, "sun": 6}
"""Short names that are other words as well: a weekday's only where an hour or a part of the day follows."""

DAYS: Mapping[str, int] = {
    "the day before yesterday": 2,
    "day before yesterday": 2,
    "avant-hier": 2,
    "avant hier": 2,
    "avanthier": 2,
    "avt-hier": 2,
    "avt hier": 2,
    "hier": 1,
    "hyer": 1,
    "ier": 1,
    "yesterday": 1,
    "yesteday": 1,
    "yeserday": 1,
    "yesturday": 1,
    "yest": 1,
    "ystd": 1,
    "ystrday": 1,
    "ystday": 1,
    "yday": 1,
    "aujourd'hui": 0,
    "aujourd hui": 0,
    "aujourdhui": 0,
    "aujourd'ui": 0,
    "aujoud'hui": 0,
    "aujourdui": 0,
    "ajourd'hui": 0,
    "auj": 0,
    "ajd": 0,
    "ojd": 0,
    "ojdh": 0,
    "ojourd'hui": 0,
    "ce jour": 0,
    "today": 0,
    "2day": 0,
    "tday": 0,
    "demain": -1,
    "dmain": -1,
    "2main": -1,
    "tomorrow": -1,
    "tomorow": -1,
    "tommorow": -1,
    "tommorrow": -1,
    "tmrw": -1,
    "tmr": -1,
    "2moro": -1,
    "apres-demain": -2,
    "apres demain": -2,
    "the day after tomorrow": -2,
    "day after tomorrow": -2,
}
"""How many days ago."""

PARTS: Mapping[str, PartOfDay] = {
    "matin": "morning",
    "matinee": "morning",
    "mattin": "morning",
    "morning": "morning",
    "mornin": "morning",
    "morn": "morning",
    "lunchtime": "noon",
    "lunch time": "noon",
    "lunch": "noon",
    "lunch break": "noon",
    "midday": "noon",
    "dejeuner": "noon",
    "pause de midi": "noon",
    "pause dejeuner": "noon",
    "pause dej": "noon",
    "heure du dejeuner": "noon",
    "apres-midi": "afternoon",
    "apres midi": "afternoon",
    "apresmidi": "afternoon",
    "apres-m": "afternoon",
    "aprem": "afternoon",
    "apremidi": "afternoon",
    "aprm": "afternoon",
    "apm": "afternoon",
    "ap-midi": "afternoon",
    "ap midi": "afternoon",
    "aftnoon": "afternoon",
    "afternon": "afternoon",
    "aprem'": "afternoon",
    "afternoon": "afternoon",
    "arvo": "afternoon",
    "soir": "evening",
    "soiree": "evening",
    "soire": "evening",
    "swar": "evening",
    "evening": "evening",
    "evenin": "evening",
}

_FRENCH_UNITS = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
_FRENCH_TEENS = (
    "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_ENGLISH_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ENGLISH_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip


def _numbers(units: Sequence[str], teens: Sequence[str], tens: Sequence[str]) -> dict[str, int]:
    numbers = {word: value for value, word in enumerate((*units, *teens), 1)}
    for ten, name in enumerate(tens, 2):
        numbers[name] = ten * 10
        numbers.update({f"{name}-{unit}": ten * 10 + value for value, unit in enumerate(units, 1)})
    return numbers


NUMBERS: Mapping[str, int] = {
    **_numbers(_FRENCH_UNITS, _FRENCH_TEENS, ("vingt", "trente", "quarante", "cinquante")),
    **_numbers(_ENGLISH_UNITS, _ENGLISH_TEENS, ("twenty", "thirty", "forty", "fifty")),
    "vingt-et-un": 21,
    "vingt-et-une": 21,
    "une": 1,
}
"""1 to 59; a hyphen may be a space."""

COUNTS: Mapping[str, int] = {
    "a couple of": 2,
    "couple of": 2,
    "a couple": 2,
    "une bonne": 1,
    "une petite": 1,
    "une grosse": 1,
    "a good": 1,
    "couple": 2,
    "une dizaine de": 10,
    "une quinzaine de": 15,
    "une vingtaine de": 20,
    "une trentaine de": 30,
    "une quarantaine de": 40,
    "une cinquantaine de": 50,
    "an": 1,
    "a": 1,
}
"""Numbers of minutes, hours or days only."""

_ROLES: Mapping[Role, str] = {
    "at": """a at @ around arround arnd about abt approx approximately roughly circa by vers ver environ env alentours
        ~ ≈ +- +/-""",
    "since": "since depuis dp",
    "open": "entre between",
    "from": "de from d'",
    "to": "to au - – — -> /",
    "until": "jusqu'a jusqua jusqu'au jusque till until",
    "then": "et puis ensuite then and & + again encore re nouveau",
    "comma": ",",
    "or": "ou or",
    "the": "le the du ce cet cette this l' la",
    "trying": """essaye essayer essaie reessaye reessayer tente tenter retente tried try trying retried connecter
        connecte connexion log login logging logged sign marche fonctionne work works working fails failed
        fail failing echoue impossible bloque bloquee blocked stuck plante rame mouline tourne refuse
        refusee refused rejected indisponible down j'arrive arrive peux can't cant cannot couldn't unable
        erreur error""",
    "known": """aux les des autour enfin finalement finally abord first pile 's on in during pour sur dans ds en of
        bonjour bjr salut slt coucou bonsoir hello hi hey merci svp stp please thanks c'est c'etait c' ca
        cela it it's was is je j' j'ai jai j i ive i've ai me m' suis messagerie webmail mail mails boite
        compte account my ma mon ne n' n pas plus not no non doesn't didn't did don't doesnt didnt still
        toujours rien tot tard early earlier late later fin debut milieu mid end start beginning exactly
        exactement precises precise sharp heure local time date when que qu' je crois pense think maybe
        peut-etre sans doute probablement probably surement genre like plutot peu pres ( ) : here ici un une
        one an y oui yes so bien dernier derniere last « »""",
    "but": "mais but",
    "stop": ". ! ? ; …",
    "bound": "avant apres before after sauf except excepte hormis attendu waited",
    "hedge": """nuit night change changed modifie reinitialise reset marchait fonctionnait worked prochain prochaine
        next habituellement usually souvent parfois quelquefois often sometimes rdv meeting reunion
        appointment collegue colleague i'll ill vais will gonna going sera sinon instead""",
}
ROLES: Mapping[str, Role] = {word: role for role, words in _ROLES.items() for word in words.split()}
"""What words beside a time do."""


_LONG = 5
"""So many letters at least tell a word from another that is written almost like it."""


_LONGEST = max(map(len, DAYS))


def _without_one(word: str) -> frozenset[str]:
    return frozenset(word[:index] + word[index + 1 :] for index in range(len(word)))


_NAMES = {word for word in (*DAYS, *PARTS, *(name for names in WEEKDAYS for name in names)) if len(word) >= _LONG}
_SHORTENED = {short for name in _NAMES for once in _without_one(name) for short in (once, *_without_one(once))} | _NAMES


def is_near_a_day(word: str) -> bool:
    """Whether a word may be a day or a part of it with a letter or two astray."""
    return _LONG <= len(word) <= _LONGEST and not _SHORTENED.isdisjoint((word, *_without_one(word)))


def index_of(names: Sequence[Sequence[str]], name: str) -> int:
    """Where in the names this one stands."""
    return next(index for index, same in enumerate(names) if name in same)


_SIGNS = {" ": r"\ ", "-": "[- ]"}


def any_of(words: Iterable[str]) -> str:
    """A verbose pattern for any of the words, the longest first; a hyphen may be a space.

    Words share their beginnings in it: one letter that does not fit rules out all that begin so.
    """
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[:1], []).append(word[1:])
    ends = rests.pop("", [])
    branches = [_SIGNS.get(sign, sign) + _following(rest) for sign, rest in sorted(rests.items())]
    return "|".join((*branches, *ends[:1]))


def _following(rests: Sequence[str]) -> str:
    pattern = any_of(rests)
    return f"(?:{pattern})" if len({rest[:1] for rest in rests}) > 1 else pattern

"""Secrets stay out: they are cut from what people write before anything else happens to it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.model.flow import Flow, Menu, Question, text_of
from bot.model.redaction import Redacted, Redaction, SecretKind
from bot.model.session import Session
from bot.service.incoming import Content, Edited, Pictured, Said
from bot.service.voice import Voice, Voices, message
from bot.understanding.normal import normal_phrase
from bot.understanding.secrets import redact
from bot.understanding.traced import is_marked, mark

_NAMES: Mapping[SecretKind, str] = {
    "password": message("password"),
    "otp": message("one-time code"),
    "pin": message("PIN"),
    "numen": message("NUMEN"),
    "birth_date": message("date of birth"),
    "iban": message("bank account"),
    "social_security": message("social security number"),
    "cas_ticket": message("sign-in ticket"),
    "token": message("access token"),
    "cookie": message("session cookie"),
    "jwt": message("identity token"),
    "url_secret": message("secret in an address"),
    "private_key": message("private key"),
}
"""What stands in the place of a secret."""

_TO_CHANGE: frozenset[SecretKind] = frozenset({"password", "pin", "private_key", "url_secret"})
"""Secrets that are known to others once they are written down."""

_SUFFIX = re.compile(r"\.(?:png|jpe?g|gif|webp|bmp|tiff?|hei[cf]|pdf)\Z", re.IGNORECASE)
_DAY = re.compile(r"(?<![^\s_-])(20\d{6})(?![^\s_-])")
"""The day a picture was taken, which cameras put in its name."""

_OF_CODES = frozenset({"code", "codes", "otp"})


def discreet(content: Content, voice: Voice, *, about_codes: bool) -> tuple[Content, Redacted]:
    """What came in without its secrets, and what was cut."""
    match content:
        case Said(text) | Edited(text):
            cut = redacted(text, voice, about_codes=about_codes)
            return replace(content, text=cut.text), cut
        case Pictured(attachment):
            caption = redacted(attachment.caption, voice, about_codes=about_codes)
            name = _discreet_name(attachment.name, voice)
            attachment = replace(attachment, caption=caption.text, name=name.text)
            return replace(content, attachment=attachment), Redacted(caption.text, (*caption.found, *name.found))
        case _:
            return content, Redacted("")


def redacted(text: str, voice: Voice, *, about_codes: bool = False) -> Redacted:
    """A text without its secrets; what stands in their place is said in the user's language."""
    return redact(text, {kind: voice.say(name) for kind, name in _NAMES.items()}, about_otp=about_codes)


def _discreet_name(name: str, voice: Voice) -> Redacted:
    """A file's name without its secrets; numbers are no codes there, and the suffix stays."""
    stem = _SUFFIX.sub("", name)
    pieces = [redacted(piece, voice) for piece in _DAY.split(stem)]
    found = tuple(redaction for piece in pieces for redaction in piece.found)
    return Redacted("".join((*(piece.text for piece in pieces), name[len(stem) :])), found)


def asks_about_codes(flow: Flow, session: Session) -> bool:
    """Whether one-time codes are talked of: by the question, or by the cause."""
    node = flow.nodes.get(session.place.node)
    causes = [entry.cause for entry in session.place.trail if entry.cause in flow.causes]
    phrases = [paragraph.phrase for paragraph in (text_of(node) if node else ())]
    phrases += [node.title] if isinstance(node, Menu | Question) and node.title else []
    phrases += [flow.causes[causes[-1] or ""]] if causes else []
    return any(not _OF_CODES.isdisjoint(normal_phrase(phrase.source).split()) for phrase in phrases)


def told_of(found: tuple[Redaction, ...], voice: Voice) -> str:
    """What was cut and why, and what to do about it."""
    names = ", ".join(dict.fromkeys(voice.say(_NAMES[each.kind]) for each in found))
    words = voice.say("I took this out of your message and kept none of it: {names}.", names=names)
    if any(each.kind in _TO_CHANGE for each in found):
        words += " " + voice.say(
            "Delete your message if you can. If the secret was a real one, change it as soon as you can."
        )
    return words


def redactions_in(text: str, voices: Voices) -> tuple[Redaction, ...]:
    """What was cut from a text before, by the marks that stand in it, in their order."""
    if not is_marked(text):
        return ()
    kinds = _marks(voices)
    found = sorted((place, each) for each in kinds for place in _places(each, text))
    return tuple(Redaction(kinds[each], each) for _, each in found)


def _marks(voices: Voices) -> Mapping[str, SecretKind]:
    return {mark(voice.say(name)): kind for voice in voices.all() for kind, name in _NAMES.items()}


def _places(sign: str, text: str) -> Iterator[int]:
    return (found.start() for found in re.finditer(re.escape(sign), text))


def discreet_json(raw: str, voice: Voice) -> str:
    """JSON in which no text holds a secret; what is no JSON is cut as one text.

    Nobody knows what was asked, and nobody needs these texts to be exact: a number alone is a one-time code.
    """
    try:
        return json.dumps(_discreet_value(json.loads(raw), voice))
    except (ValueError, RecursionError):
        return redacted(raw, voice, about_codes=True).text


def _discreet_value(value: Any, voice: Voice) -> Any:  # noqa: ANN401 - JSON
    match value:
        case str():
            return redacted(value, voice, about_codes=True).text
        case list():
            return [_discreet_value(item, voice) for item in value]
        case dict():
            return {name: _discreet_value(item, voice) for name, item in value.items()}
        case _:
            return value

"""A window on what the bot understands, for those who edit the words it goes by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, TypeAlias, assert_never

from bot.model.answer import AttemptTime
from bot.model.inputs import Answer, Miss, Propose
from bot.model.lexicon import Lexicon
from bot.model.reading import Reading
from bot.service.discretion import redacted
from bot.service.render import doubt
from bot.service.sayings import PROBLEMS
from bot.service.voice import Voice
from bot.understanding.attempt_time import attempt_time, explain
from bot.understanding.free_text import Listener
from bot.understanding.recognise import Recogniser
from bot.understanding.verdict import judge

Kind: TypeAlias = Literal["error", "text", "time", "address", "secret"]
KINDS: Sequence[Kind] = ("error", "text", "time", "address", "secret")

Seen: TypeAlias = Mapping[str, object]
"""What was understood of a text, ready for JSON."""


class Window:
    """Shows how each kind of text is understood, by the words of one flow."""

    def __init__(self, lexicon: Lexicon, domains: Sequence[str]) -> None:
        self._recogniser = Recogniser(tuple(lexicon.signatures.values()), lexicon.ignored)
        self._listener = Listener(lexicon.examples)
        self._domains = domains

    def look(self, kind: Kind, text: str, voice: Voice, now: datetime) -> Seen:
        """What is understood of a text of this kind, at `now`; questions back are in the voice's language."""
        match kind:
            case "error":
                return _read(self._recogniser.read(text))
            case "text":
                return _read(self._listener.read(text))
            case "time":
                return _time(text, voice, now)
            case "address":
                found = judge(text, self._domains)
                return {"host": found.host, "verdict": found.verdict, "reasons": list(found.reasons)}
            case "secret":
                cut = redacted(text, voice)
                return {"text": cut.text, "found": [each.kind for each in cut.found]}
            case _:
                assert_never(kind)


def as_line(kind: Kind, seen: Seen) -> str:
    """What was understood, for people: first what, then how sure and why, then what else it may be."""
    match kind:
        case "error" | "text":
            others = [cause for cause in _texts(seen["suggestions"]) if cause != seen["cause"]]
            signature = f", signature {seen['signature']}" if seen["signature"] else ""
            then = f"; else {', '.join(others)}" if others else ""
            cause = seen["cause"] or "(not sure)"
            return f"{cause}  {seen['confidence']:.0%}  {seen['because']}{signature}{then}"
        case "time":
            what = f"{seen['at']} ({seen['precision']})" if seen["at"] else f"asks: {seen['ask']}"
            return f"{what}  {'; '.join(str(seen['because']).splitlines())}"
        case "address":
            return f"{seen['verdict']}  {seen['host'] or '(no host)'}  {', '.join(_texts(seen['reasons']))}".rstrip()
        case "secret":
            return f"{seen['text']}  {', '.join(_texts(seen['found'])) or '(nothing cut)'}"
        case _:
            assert_never(kind)


def _read(reading: Reading) -> Seen:
    return {
        "cause": reading.cause,
        "confidence": round(reading.confidence, 3),
        "suggestions": list(reading.suggestions),
        "signature": reading.signature,
        "because": reading.because,
    }


def _time(text: str, voice: Voice, now: datetime) -> Seen:
    at, precision, ask = None, None, None
    match attempt_time(text, now):
        case Answer(AttemptTime(at=datetime() as instant, precision=found)):
            at, precision = instant.isoformat(), found
        case Propose(candidates):
            ask = doubt(candidates, voice)
        case Miss(_, problem):
            ask = voice.say(PROBLEMS[problem])
    return {"at": at, "precision": precision, "ask": ask, "because": explain(text, now)}


def _texts(values: object) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else []

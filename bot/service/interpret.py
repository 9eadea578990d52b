"""What a text means in this conversation: where it stands, what the flows know, and what people say in their words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.engine.machine import Machine
from bot.engine.offers import offered
from bot.model.answer import AnswerKind, ErrorMessage
from bot.model.expectation import Expectation
from bot.model.flow import OTHER_CAUSE, Choice, Offer
from bot.model.inputs import Answer, Greet, Input, Interrupted, Miss, Recognise, Suggest
from bot.model.lexicon import Lexicon
from bot.model.reading import Reading
from bot.model.session import Place, Session
from bot.model.signature import Signature
from bot.model.target import Target
from bot.service.discretion import redactions_in
from bot.service.voice import Voices
from bot.understanding.attempt_time import attempt_time, time_within
from bot.understanding.free_text import Listener
from bot.understanding.leftover import only_secrets
from bot.understanding.normal import normal
from bot.understanding.own_words import in_own_words, is_brief
from bot.understanding.recognise import Recogniser
from bot.understanding.small_talk import small_talk
from bot.understanding.traced import unmarked
from bot.understanding.understand import MAX_CHARACTERS, typed, understand

SCOPE = "scope"
"""The interrupt that says what the bot is for: shown for what it is not for."""

_ANY = "*"
"""All flows together: how the first words are heard, before a flow is chosen."""

_SUGGESTIONS = 3


_CERTAIN = 0.85
"""The confidence from which a pasted message needs nobody's agreement: a code, or words that say much."""


@dataclass(frozen=True, slots=True)
class _Pasted:
    """An error message that somebody pasted, and where it leads."""

    target: Target
    error: Answer
    confidence: float


class Interpreter:
    """Knows the words of all flows; what it needs of them is made ready when it is first needed."""

    def __init__(self, machine: Machine, lexicons: Mapping[str, Lexicon], voices: Voices) -> None:
        self._machine, self._lexicons, self._voices = machine, lexicons, voices
        self._recognisers: dict[str, Recogniser] = {}
        self._listeners: dict[str, Listener] = {}

    def prepare(self) -> None:
        """Makes everything ready, so that nobody waits for it; may be called from another thread."""
        attempt_time("8h", datetime(2026, 1, 1, tzinfo=UTC))
        for name in (_ANY, *self._machine.flows):
            self._listener(name)
            self._recognised(name, "")

    def _together(self) -> list[tuple[str, str]]:
        """How the causes of all flows are told, and the flows themselves: each by `flow/cause`.

        The few words of the flows themselves alone would make everything sure.
        """
        flows = {name: self._machine.flows[name] for name in self._machine.on_offer}
        named = {name: [f" {normal(phrase.source)} " for phrase in flow.examples] for name, flow in flows.items()}

        def label(flow: str, cause: str, text: str) -> str:
            if cause != OTHER_CAUSE:
                return f"{flow}/{cause}"
            said = f" {normal(text)} "
            others = (name for name in named if name != flow and any(words in said for words in named[name]))
            return next((f"{name}/" for name in others), OTHER_CAUSE)

        told = [(label(name, *example), example[1]) for name in flows for example in self._examples(name)]
        alone = [(f"{name}/", phrase.source) for name, flow in flows.items() for phrase in flow.examples]
        return told + alone if told else []

    def _examples(self, flow: str) -> tuple[tuple[str, str], ...]:
        return self._lexicons[flow].examples if flow in self._lexicons else ()

    def signatures(self, flow: str) -> Mapping[str, Signature]:
        """The signatures of a flow's errors, by their ids."""
        return self._lexicons[flow].signatures if flow in self._lexicons else {}

    def input(self, session: Session, text: str, expected: Expectation, now: datetime) -> Input:
        """What a text means where the session stands."""
        if len(text) > MAX_CHARACTERS:
            return Miss(text[:MAX_CHARACTERS], "too_long")
        given = understand(text, expected, now)
        match given:
            case Answer(ErrorMessage(str(words))) if (talk := small_talk(words)) is not None:
                return Greet(talk)
            case Answer() if only_secrets(text):
                return Miss(text, "nothing_left")
            case Answer():
                return self._recognised_answer(session.place.flow, given)
            case Miss(words, "not_a_choice"):
                return self._heard(session.place, words, now) or given
            case Miss(words, "no_time" | "not_an_address") if (talk := small_talk(words)) is not None:
                return Greet(talk)
            case _:
                return given

    def answer(self, flow: str, text: str, kind: AnswerKind, now: datetime) -> Input:
        """What a text means as an answer of this kind, wherever the conversation stands."""
        given = typed(text, kind, now)
        return self._recognised_answer(flow, given) if isinstance(given, Answer) else given

    def _recognised_answer(self, flow: str, given: Answer) -> Answer:
        match given.value:
            case ErrorMessage(str(words)):
                reading = self._recognised(flow, words)
                cause = reading.cause if reading is not None else None
                agreed = (
                    cause is not None
                    and cause in self._listener(flow).read(unmarked(words), explained=False).suggestions
                )
                return replace(given, value=self._error(words, reading), cause=cause if agreed else None)
            case _:
                return given

    def _error(self, text: str, reading: Reading | None) -> ErrorMessage:
        """An error message with all that is known of it, by what was recognised in it."""
        signature = reading.signature if reading is not None else None
        return ErrorMessage(text, signature=signature, redactions=redactions_in(text, self._voices))

    def _heard(self, place: Place, text: str, now: datetime) -> Input | None:
        """What somebody says at a menu, beyond its choices: in their own words, or by a message they paste."""
        said = unmarked(text)
        talk = small_talk(said)
        if talk is not None:
            return Greet(talk)
        own = in_own_words(said)
        attempt = time_within(text, now) if own else None
        known = (Answer(attempt),) if attempt is not None else ()
        pasted = self._pasted(place, text)
        if not self._asks_for_the_cause(place, now):
            return Recognise(pasted.target, (pasted.error,)) if pasted is not None and not own else None
        reading = self._told(place, said)
        told = _target(place, reading.cause) if reading.cause not in (None, OTHER_CAUSE) else None
        likely = [_target(place, cause) for cause in reading.suggestions if cause != OTHER_CAUSE]
        otherwise = reading.cause != OTHER_CAUSE and pasted is not None and _is_of_another_flow(pasted.target, likely)
        if pasted is None or otherwise or (told not in (None, pasted.target) and is_brief(said)):
            return self._as_told(place, reading, told, likely, known)
        if own:
            return self._with_message(place, reading, told, likely, known, pasted.target)
        known = (pasted.error, *known)
        certain = pasted.confidence >= _CERTAIN
        if certain or told == pasted.target or (told is None and (pasted.target in likely or not likely)):
            return Recognise(pasted.target, known)
        others = (told,) if told is not None else likely
        return Suggest(tuple(dict.fromkeys((pasted.target, *others)))[:_SUGGESTIONS], known)

    def _with_message(
        self,
        place: Place,
        reading: Reading,
        told: Target | None,
        likely: list[Target],
        known: tuple[Answer, ...],
        target: Target,
    ) -> Input | None:
        """What is meant by somebody's own words that sound like a message: the words count first."""
        if told is not None or target.cause == OTHER_CAUSE:
            return self._as_told(place, reading, told, likely, known)
        if target in likely:
            return Recognise(target, known)
        return Suggest((target, *likely)[:_SUGGESTIONS], known)

    def _as_told(
        self, place: Place, reading: Reading, told: Target | None, likely: list[Target], known: tuple[Answer, ...]
    ) -> Input | None:
        if told is not None:
            return Recognise(told, known)
        if reading.cause == OTHER_CAUSE:
            return Interrupted(SCOPE) if SCOPE in self._machine.flows[place.flow].interrupts else None
        return Suggest(tuple(likely), known) if likely else None

    def _told(self, place: Place, text: str) -> Reading:
        """What somebody tells where the bot asks what is the matter."""
        return self._listener(_ANY if self._offers(place) else place.flow).read(text, explained=False)

    def _listener(self, name: str) -> Listener:
        if name not in self._listeners:
            self._listeners[name] = Listener(self._together() if name == _ANY else self._examples(name))
        return self._listeners[name]

    def _pasted(self, place: Place, text: str) -> "_Pasted | None":
        """The error message that a text is, or holds, and where it leads; when that is sure."""
        flows = self._machine.on_offer if self._offers(place) else (place.flow,)
        readings = ((flow, reading) for flow in flows if (reading := self._recognised(flow, text)) is not None)
        flow, best = max(readings, key=lambda found: found[1].confidence, default=(place.flow, None))
        if best is None or best.cause is None:
            return None
        return _Pasted(Target(flow, best.cause), Answer(self._error(text, best)), best.confidence)

    def _recognised(self, flow: str, text: str) -> Reading | None:
        """What an error message is known for, when that is sure."""
        if flow not in self._recognisers:
            lexicon = self._lexicons.get(flow, Lexicon())
            self._recognisers[flow] = Recogniser(tuple(lexicon.signatures.values()), lexicon.ignored)
        return self._recognisers[flow].sure(unmarked(text))

    def _offers(self, place: Place) -> bool:
        return isinstance(self._machine.flows[place.flow].nodes[place.node], Offer)

    def _asks_for_the_cause(self, place: Place, now: datetime) -> bool:
        """Whether the question is which flow, or which of several causes."""
        if self._offers(place):
            return True
        plain = replace(place, suggestions=()) if place.suggestions else place
        causes = {offer.cause for offer in offered(self._machine, plain, now) if isinstance(offer, Choice)}
        return len(causes - {None}) > 1


def _is_of_another_flow(pasted: Target, likely: list[Target]) -> bool:
    """Whether a message that is known for no cause of its flow is rather told of another."""
    return pasted.cause == OTHER_CAUSE and bool(likely) and likely[0].flow != pasted.flow


def _target(place: Place, label: str) -> Target:
    """A cause of this flow, or `flow/cause` where all are heard."""
    flow, slash, cause = label.partition("/")
    return Target(flow, cause or None) if slash else Target(place.flow, label)

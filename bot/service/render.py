"""From effects to one reply: the words of a turn, in the user's language and in no channel's markup."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import assert_never, cast

from bot.engine.conditions import holds
from bot.engine.machine import Machine
from bot.engine.step import MAX_HELD, can_correct
from bot.model import effects as e
from bot.model.answer import AnswerKind, AttemptTime, ErrorMessage
from bot.model.flow import START_FLOW, End, Flow, Menu, Question, Summary, Text, text_of
from bot.model.message import Button, Message, Reply, Verbatim, Words
from bot.model.offer import Offered
from bot.model.placeholder import fill, isolated, placeholders
from bot.model.session import Session
from bot.model.signature import Signature
from bot.model.target import Target
from bot.model.ticket import Ticket
from bot.service.discretion import told_of
from bot.service.display import answer_words, known_value, target_words, title_of
from bot.service.expect import expects
from bot.service.labels import label
from bot.service.own_data import Keeping, kept_words
from bot.service.ports import WrittenTicket
from bot.service.sayings import LINES, MEDIA, MOVED, OTHER_LEAD, PROBLEMS, REFUSALS, REPLACED, SMALL_TALK
from bot.service.slip_words import slip_words
from bot.service.ticket import ticket_message
from bot.service.visible import level
from bot.service.voice import Voice

SHOWN_IN_SUMMARY = 200
"""Characters of one answer; the ticket holds the whole."""

_FREE_TEXT: frozenset[AnswerKind] = frozenset({"error_message", "web_address", "identifier", "environment", "text"})
"""Before these, the user is told to keep secrets out."""


PRIVACY = "privacy"
"""The interrupt that tells what is kept; what it says ends with how this bot is set up."""


class Renderer:
    """Renders what a step asked for."""

    def __init__(
        self,
        machine: Machine,
        session: Session,
        now: datetime,
        voice: Voice,
        signatures: Mapping[str, Signature] | None = None,
        keeping: Keeping | None = None,
    ) -> None:
        self.voice = self._voice = voice
        self._signatures, self._keeping = signatures or {}, keeping
        self._session, self._now = session, now
        self._place = session.place
        self._flow = machine.flows[session.place.flow]
        self._flows = machine.flows
        self._expects = expects(machine, session)

    @property
    def node(self) -> str:
        """Where the conversation stands: `flow.node`."""
        return f"{self._place.flow}.{self._place.node}"

    def refusal(self, reason: e.Reason) -> str:
        """Why an input is not possible here."""
        return self._voice.say(REFUSALS[reason])

    def ticket_message(self, made: Ticket) -> Message:
        """A ticket that has just been made, as it is handed on."""
        return ticket_message(
            self._flow, cast("End", self._flow.nodes[self._place.node]), self._session, made, self._voice
        )

    def reply(
        self, effects: Iterable[e.Effect], ticket: WrittenTicket | None = None, states: Sequence[str] = ()
    ) -> Reply:
        """One reply for all effects of a turn.

        `ticket` is the one that was made in this turn, or the last one where it is to be shown; it is a message of its
        own. `states` tell how far it has got on its way to support.
        """
        paragraphs: list[str] = []
        messages: list[Message] = []
        choices: tuple[Offered, ...] = ()
        shown: WrittenTicket | None = None
        for effect in effects:
            match effect:
                case e.Ask():
                    choices = effect.choices
                    paragraphs += self._question()
                case e.WriteTicket():
                    shown = ticket
                case e.ReadOut(text):
                    messages.append(self._read_out(text))
                case e.ShowTicket():
                    shown = ticket
                    paragraphs.append(self._last_ticket(ticket))
                case _:
                    paragraphs += self._said(effect, ticket, states)
        if paragraphs:
            messages.append(Message((Words("\n\n".join(paragraphs)),)))
        if shown is not None:
            messages.append(shown.message)
        session = self._session
        return Reply(
            messages=tuple(messages),
            choices=tuple(self._button(offer, choices) for offer in choices),
            expects=self._expects,
            node=self.node,
            language=session.language,
            revision=session.revision,
            ended=session.ended,
            ticket=shown.ticket if shown else None,
            actions=tuple(self._actions()),
        )

    def _button(self, offer: Offered, among: tuple[Offered, ...]) -> Button:
        return Button(offer.id, label(offer, among, self._flows, self._place, self._voice))

    def _actions(self) -> Iterator[Button]:
        """What can be asked for here besides answering."""
        session, say = self._session, self._voice.say
        if can_correct(session):
            yield Button("correct", say("Correct"))
        if session.past and session.ended != "ticket":
            yield Button("back", say("That is not it") if self._place.recognised else say("Back"))
        yield Button("restart", say("Restart"))
        if session.ended is not None:
            return
        yield Button("cancel", say("Cancel"))
        yield Button("language", say("Language"))
        yield Button("help", say("Help"))
        for name, interrupt in self._flow.interrupts.items():
            if interrupt.call is not None:
                yield Button(name, self._voice.phrase(interrupt.label))

    def _said(self, effect: e.Effect, ticket: WrittenTicket | None, states: Sequence[str]) -> Iterator[str]:
        say = self._voice.say
        match effect:
            case e.Say(flow, node):
                yield from self._paragraphs(self._flows[flow], text_of(self._flows[flow].nodes[node]))
            case e.Interject(name):
                yield from self._told_aside(name)
            case e.EchoTime(attempt):
                yield say("Noted: {time}.", time=self._voice.attempt(attempt))
            case e.Understood() | e.Contradicted() | e.Meaning() | e.Greeted() | e.Doubt() | e.HideSecret():
                yield from self._understood(effect)
            case e.LookOver(identifier):
                words = slip_words(identifier, self._flow, self._place, self._voice)
                yield from () if words is None else (words,)
            case e.Explain(problem):
                yield say(PROBLEMS[problem])
            case e.Refuse(reason):
                yield self.refusal(reason)
            case e.ShowHelp():
                yield from self._help()
            case e.Attached(count):
                yield self._voice.say_many("I keep your picture.", "I keep your {count} pictures.", count)
            case e.CannotRead(medium):
                yield say(MEDIA[medium])
            case e.Amended(entry):
                words = _shortened(answer_words(self._flow, entry, self._voice))
                yield say("I have made your change: {answer}", answer=isolated(words))
            case e.Moved(kept):
                yield say(MOVED if kept else REPLACED)
            case e.ShowStatus():
                yield from self._status(ticket, states)
            case e.Reopened(entry):
                yield say(
                    "Your answer was: {answer}",
                    answer=isolated(_shortened(answer_words(self._flow, entry, self._voice))),
                )
            case e.Finish(_, node):
                yield from self._last_words(node, ticket)
            case e.Reminded() | e.Expired():
                timer = self._flow.reminder if isinstance(effect, e.Reminded) else self._flow.expiry
                yield from self._paragraphs(self._flow, timer.text) if timer else ()
            case e.MoveOn() | e.Kept() | e.Excuse() | e.Undone() | e.Reopen() | e.CopyByHand() | e.Over():
                yield say(LINES[type(effect)])
            case e.Ask() | e.WriteTicket() | e.ShowTicket() | e.ReadOut():
                pass
            case _:
                assert_never(effect)

    def _read_out(self, text: str) -> Message:
        say = self._voice.say
        intro = Words(say("This is what I read in your picture:"))
        return Message((intro, Verbatim(say("read in the picture"), text, say("end of what I read"))))

    def _told_aside(self, name: str) -> Iterator[str]:
        yield from self._paragraphs(self._flow, self._flow.interrupts[name].text)
        if name == PRIVACY and self._keeping is not None:
            yield from kept_words(self._voice, self._keeping)

    def _last_ticket(self, ticket: WrittenTicket | None) -> str:
        if ticket is None:
            return self._voice.say("You have no ticket yet.")
        return self._voice.say("Here is your last ticket, {reference}.", reference=ticket.ticket.reference)

    def _status(self, ticket: WrittenTicket | None, states: Sequence[str]) -> Iterator[str]:
        say = self._voice.say
        if self._session.ended is None:
            yield say("We are here: {place}", place=self._recap())
        if ticket is None:
            yield self._last_ticket(None)
        else:
            created = self._voice.instant(ticket.ticket.created_at)
            reference = ticket.ticket.reference
            yield say("Your last ticket: {reference}, made on {time}.", reference=reference, time=created)
            if states:
                yield "\n".join(states)
                yield say("To see it again, write “ticket”.")
            else:
                yield say("It has gone to you only. To see it again, write “ticket”.")

    def _recap(self) -> str:
        """Where the conversation stands, in one line: the service, the trouble, the question."""
        node = self._flow.nodes[self._place.node]
        causes = [entry.cause for entry in self._place.trail if entry.cause in self._flow.causes]
        phrases = [
            None if self._flow.name == START_FLOW else self._flow.title,
            self._flow.causes[causes[-1] or ""] if causes else None,
            node.title if isinstance(node, Menu | Question) else None,
        ]
        parts = [self._voice.phrase(phrase) for phrase in phrases if phrase is not None]
        if isinstance(node, Summary):
            parts.append(self._voice.say("Summary"))
        return " › ".join(parts) or self._voice.say("the first question")

    def _last_words(self, node: str | None, ticket: WrittenTicket | None) -> Iterator[str]:
        if node is None:
            yield self._voice.say("I stop here; nothing was sent. Write “back” to go on, or “restart” to begin again.")
            return
        reference = {"reference": ticket.ticket.reference} if ticket else {}
        yield from self._paragraphs(self._flow, text_of(self._flow.nodes[node]), reference)

    def _question(self) -> Iterator[str]:
        if self._place.away is not None:
            yield from self._welcome_back(held=0 < len(self._place.away) < MAX_HELD)
            return
        if self._place.suggestions:
            yield self._voice.say("To be sure I understand: is it one of these?")
            return
        if self._place.legible is not None:
            yield self._voice.say(
                "Is it exactly what is shown, to the last character? If not, copy it from above, correct it, and send "
                "it to me."
            )
            return
        node = self._flow.nodes[self._place.node]
        yield from self._paragraphs(self._flow, text_of(node))
        if isinstance(node, Summary):
            yield "\n".join(self._answers())
        if isinstance(node, Question) and node.kind in _FREE_TEXT:
            yield self._voice.say("Never write a password or a code here.")

    def _understood(
        self, effect: e.Understood | e.Contradicted | e.Meaning | e.Greeted | e.Doubt | e.HideSecret
    ) -> Iterator[str]:
        say = self._voice.say
        match effect:
            case e.Understood(target):
                cause = target_words(target, self._flows, self._voice)
                yield say("If I understand correctly, this is about “{cause}”.", cause=cause)
            case e.Contradicted(named):
                cause = target_words(Target(self._flow.name, named), self._flows, self._voice)
                yield say(OTHER_LEAD, cause=cause)
            case e.Meaning(name, first):
                yield from self._meaning(name, first=first)
            case e.Greeted(talk):
                yield say(SMALL_TALK[talk])
            case e.Doubt(candidates):
                yield doubt(candidates, self._voice)
            case e.HideSecret(found):
                yield told_of(found, self._voice)

    def _meaning(self, name: str, *, first: bool) -> Iterator[str]:
        """What an error message means and what to do first, while the desk still has that signature."""
        signature = self._signatures.get(name)
        if signature is not None:
            for words in map(self._voice.phrase, (signature.means, signature.first) if first else (signature.means,)):
                yield fill(words, self._values(self._flow, words))

    def _welcome_back(self, *, held: bool) -> Iterator[str]:
        yield self._voice.say("Welcome back! We had stopped here: {place}", place=self._recap())
        if held:
            yield self._voice.say("I keep what you have just written.")
        yield self._voice.say("Shall we go on, or begin again?")

    def _answers(self) -> Iterator[str]:
        """The answers so far, the last one under each name."""
        for _, entry in self._place.latest():
            title = title_of(self._flow, entry)
            if title is not None:
                words = answer_words(self._flow, entry, self._voice)
                words = isolated(_shortened(" ".join(words.split())))
                if isinstance(entry.value, ErrorMessage) and entry.value.shown:
                    words = self._voice.say("“{words}”", words=words)
                yield self._voice.say("• {title}: {answer}", title=self._voice.phrase(title), answer=words)

    def _help(self) -> Iterator[str]:
        if "help" in self._flow.interrupts:
            yield from self._paragraphs(self._flow, self._flow.interrupts["help"].text)
        say = self._voice.say
        lines = [
            say("At any time you can write:"),
            say("• “back”: go back to the previous question"),
            say("• “restart”: begin again"),
            say("• “cancel”: stop the conversation"),
            say("• “language”: change the language"),
        ]
        for name, interrupt in self._flow.interrupts.items():
            if name != "help":
                lines.append(say("• “{words}”", words=self._voice.phrase(interrupt.label)))
        yield "\n".join(lines)

    def _paragraphs(self, flow: Flow, text: Text, extra: Mapping[str, str] | None = None) -> Iterator[str]:
        for paragraph in text:
            if holds(paragraph.when, flow, self._place.trail, self._now):
                words = self._voice.phrase(paragraph.phrase)
                yield fill(words, {**self._values(flow, words), **(extra or {})})

    def _values(self, flow: Flow, words: str) -> Mapping[str, str]:
        known = ((name, known_value(flow, self._place, name, self._voice)) for name in placeholders(words))
        return {name: isolated(_shortened(value)) for name, value in known if value is not None}


def doubt(candidates: tuple[AttemptTime, ...], voice: Voice) -> str:
    """The question back about a time that may be one of these."""
    if len(candidates) > 1:
        clocks = {candidate.at.replace(tzinfo=None) for candidate in candidates if candidate.at is not None}
        if len(clocks) > 1:
            return voice.say("Which of these times was it?")
        return voice.say("The clocks were set back that night, so this time came twice. Which one was it?")
    return voice.say("Do you mean {time}?", time=voice.attempt(candidates[0]))


def _shortened(words: str) -> str:
    words = level(words)
    return words if len(words) <= SHOWN_IN_SUMMARY else words[: SHOWN_IN_SUMMARY - 1] + "…"

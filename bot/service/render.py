"""From effects to one reply: the words of a turn, in the user's language and in no channel's markup."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import assert_never, cast

from bot.engine.conditions import holds
from bot.engine.machine import Machine
from bot.engine.step import can_correct
from bot.model import effects as e
from bot.model.answer import AnswerKind, AttemptTime, ErrorMessage
from bot.model.flow import Choice, End, Flow, Question, Summary, Text, text_of
from bot.model.inputs import Problem
from bot.model.message import Button, Expects, Message, Reply, Words
from bot.model.offer import Correction, FlowOnOffer, Offered, Proposal
from bot.model.placeholder import fill, isolated, placeholders
from bot.model.session import Session
from bot.model.ticket import Ticket
from bot.service.display import answer_words, known_value, title_of
from bot.service.ticket import ticket_message
from bot.service.voice import Voice, message

SHOWN_IN_SUMMARY = 200
"""Characters of one answer; the ticket holds the whole."""

_FREE_TEXT: frozenset[AnswerKind] = frozenset({"error_message", "web_address", "identifier", "environment", "text"})
"""Before these, the user is told to keep secrets out."""

_OVER = message("This conversation is over. Write “restart” to begin another.")

_REFUSALS: Mapping[e.Reason, str] = {
    "not_on_offer": message("That answer is not on offer here."),
    "nothing_to_undo": message("There is nothing to undo: this is the first question."),
    "nothing_to_correct": message(
        "Here you can only go back. Every answer can be corrected in the summary, just before the ticket."
    ),
    "no_such_interrupt": message("I cannot show you that here."),
    "already_there": message("That is what we are doing. Let us go on:"),
    "ended": _OVER,
    "not_asked": message("That does not answer this question."),
    "too_many_attachments": message("I cannot keep more pictures. Those I have will go with your ticket."),
}

_PROBLEMS: Mapping[Problem, str] = {
    "not_a_choice": message("I did not understand. Please choose one of the answers below, or write “help”."),
    "no_time": message("I did not recognise a time. Write for example “8:15”, “yesterday 10pm” or “10 min ago”."),
    "future_time": message("That moment is still to come. When did you last try?"),
    "no_such_time": message("That date or time does not exist. Write for example “8:15” or “22/06 8:15”."),
    "not_an_address": message("I see no web address there. It looks like https://example.org/page."),
    "not_one_line": message("An identifier is a single line. Please write only that."),
    "too_long": message("That is too long for me. Please send only the part that matters."),
    "empty": message("I received nothing to read."),
    "not_a_photo": message("I am waiting for a picture here."),
}


class Renderer:
    """Renders what a step asked for."""

    def __init__(self, machine: Machine, session: Session, now: datetime, voice: Voice) -> None:
        self._session, self._now, self._voice = session, now, voice
        self._place = session.place
        self._flow = machine.flows[session.place.flow]
        self._flows = machine.flows

    def reply(self, effects: Iterable[e.Effect], ticket: Ticket | None = None) -> Reply:
        """One reply for all effects of a turn; the ticket is a message of its own."""
        paragraphs: list[str] = []
        messages: list[Message] = []
        choices: tuple[Offered, ...] = ()
        for effect in effects:
            match effect:
                case e.Ask():
                    choices = effect.choices
                    paragraphs += self._question()
                case e.WriteTicket(node) if ticket is not None:
                    end = cast("End", self._flow.nodes[node])
                    messages.append(ticket_message(self._flow, end, self._session, ticket, self._voice))
                case _:
                    paragraphs += self._said(effect, ticket)
        if paragraphs:
            messages.insert(0, Message((Words("\n\n".join(paragraphs)),)))
        session = self._session
        return Reply(
            messages=tuple(messages),
            choices=tuple(Button(offer.id, self._label(offer, choices)) for offer in choices),
            expects=self._expects(),
            node=f"{session.place.flow}.{session.place.node}",
            language=session.language,
            revision=session.revision,
            ended=session.ended,
            ticket=ticket,
            actions=tuple(self._actions()),
        )

    def _actions(self) -> Iterator[Button]:
        """What can be asked for here besides answering."""
        session, say = self._session, self._voice.say
        if can_correct(session):
            yield Button("correct", say("Correct"))
        if session.past and session.ended != "ticket":
            yield Button("back", say("Back"))
        yield Button("restart", say("Restart"))
        if session.ended is not None:
            return
        yield Button("cancel", say("Cancel"))
        yield Button("language", say("Language"))
        yield Button("help", say("Help"))
        for name, interrupt in self._flow.interrupts.items():
            if interrupt.call is not None:
                yield Button(name, self._voice.phrase(interrupt.label))

    def _said(self, effect: e.Effect, ticket: Ticket | None) -> Iterator[str]:
        say = self._voice.say
        match effect:
            case e.Say(flow, node):
                yield from self._paragraphs(self._flows[flow], text_of(self._flows[flow].nodes[node]))
            case e.Interject(name):
                yield from self._paragraphs(self._flow, self._flow.interrupts[name].text)
            case e.EchoTime(attempt):
                yield say("Noted: {time}.", time=self._voice.attempt(attempt))
            case e.Doubt(candidates):
                yield self._doubt(candidates)
            case e.Explain(problem):
                yield say(_PROBLEMS[problem])
            case e.MoveOn():
                yield say("Let us leave it at that. I keep your words for support.")
            case e.Refuse(reason):
                yield say(_REFUSALS[reason])
            case e.ShowHelp():
                yield from self._help()
            case e.Attached(count):
                yield self._voice.say_many("I keep your picture.", "I keep your {count} pictures.", count)
            case e.Reopened(entry):
                yield say("Your answer was: {answer}", answer=_shortened(answer_words(self._flow, entry, self._voice)))
            case e.Undone():
                yield say("Your last answer is undone.")
            case e.Moved():
                yield say("The questions have just been updated. I kept your answers; let us go on from here.")
            case e.Finish(_, node):
                yield from self._last_words(node, ticket)
            case e.Over():
                yield say(_OVER)
            case e.Ask() | e.WriteTicket():
                pass
            case _:
                assert_never(effect)

    def _last_words(self, node: str | None, ticket: Ticket | None) -> Iterator[str]:
        if node is None:
            yield self._voice.say("I stop here; nothing was sent. Write “back” to go on, or “restart” to begin again.")
            return
        reference = {"reference": ticket.reference} if ticket else {}
        yield from self._paragraphs(self._flow, text_of(self._flow.nodes[node]), reference)

    def _question(self) -> Iterator[str]:
        node = self._flow.nodes[self._place.node]
        yield from self._paragraphs(self._flow, text_of(node))
        if isinstance(node, Summary):
            yield "\n".join(self._answers())
        if isinstance(node, Question) and node.kind in _FREE_TEXT:
            yield self._voice.say("Never write a password or a code here.")

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
            say("At any moment you can write:"),
            say("• “back”: undo the last answer"),
            say("• “restart”: begin again"),
            say("• “cancel”: stop here"),
            say("• “language”: change the language"),
        ]
        for name, interrupt in self._flow.interrupts.items():
            if name != "help":
                lines.append(say("• “{words}”", words=self._voice.phrase(interrupt.label)))
        yield "\n".join(lines)

    def _doubt(self, candidates: tuple[AttemptTime, ...]) -> str:
        if len(candidates) > 1:
            return self._voice.say("The clocks were set back that night, so this time came twice. Which one was it?")
        return self._voice.say("Do you mean {time}?", time=self._voice.attempt(candidates[0]))

    def _paragraphs(self, flow: Flow, text: Text, extra: Mapping[str, str] | None = None) -> Iterator[str]:
        for paragraph in text:
            if holds(paragraph.when, flow, self._place.trail, self._now):
                words = self._voice.phrase(paragraph.phrase)
                yield fill(words, {**self._values(flow, words), **(extra or {})})

    def _values(self, flow: Flow, words: str) -> Mapping[str, str]:
        known = ((name, known_value(flow, self._place, name, self._voice)) for name in placeholders(words))
        return {name: isolated(_shortened(value)) for name, value in known if value is not None}

    def _label(self, offer: Offered, all_offered: tuple[Offered, ...]) -> str:
        match offer:
            case Choice(label=label):
                return self._voice.phrase(label)
            case FlowOnOffer(name):
                return self._voice.phrase(self._flows[name].title)
            case Correction(_, index):
                title = title_of(self._flow, self._place.trail[index])
                return self._voice.say("Correct: {title}", title=self._voice.phrase(title) if title else "")
            case Proposal(_, attempt):
                twice = sum(isinstance(other, Proposal) for other in all_offered) > 1
                return self._voice.say("Yes, {time}", time=self._voice.short(attempt, offset=twice))
            case _:
                assert_never(offer)

    def _expects(self) -> Expects | None:
        if self._session.ended is not None:
            return None
        node = self._flow.nodes[self._place.node]
        return node.kind if isinstance(node, Question) else "choice"


def _shortened(words: str) -> str:
    return words if len(words) <= SHOWN_IN_SUMMARY else words[: SHOWN_IN_SUMMARY - 1] + "…"

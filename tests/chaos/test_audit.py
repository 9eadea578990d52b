"""Each kind of loss is found, and nothing is where all is well: else the campaigns would prove nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.chaos.audit import Deed, Kept, Kill, Problem, Shown, Story, Ticket, Walk, audit, differences
from tests.chaos.canary import MARK

CHAT = "telegram:1"
CANARY = f"{MARK}kolibuta"
TICKET: Ticket = {
    "reference": "2222-2222",
    "created_at": "2026-06-22T10:30:00+02:00",
    "cause": "mail_client",
    "error_message": {"text": f"Erreur {CANARY}", "shown": True},
    "attempt": {"at": "2026-06-21T22:15:00+02:00", "precision": "minute", "words": "hier 22h15"},
    "steps": [
        {"node": "settings", "answer": f"imap {CANARY}"},
        {"node": "when", "answer": "dimanche 21 juin 2026 à 22:15, heure de Paris (« hier 22h15 »)"},
    ],
}


@dataclass
class World:
    """One person who started, pressed twice, said something and got a ticket; all as it should be."""

    deeds: list[Deed] = field(
        default_factory=lambda: [Deed(1, 1.0), Deed(2, 2.0), Deed(3, 2.0, empty=True, toasted=True), Deed(4, 3.0)]
    )
    shown: list[Shown] = field(
        default_factory=lambda: [Shown(1.5, "Bonjour"), Shown(2.5, "Quel message ?"), Shown(3.5, "{}", TICKET)]
    )
    expected: Ticket = field(default_factory=lambda: {**TICKET, "reference": "3333-3333"})
    finished: bool = True
    forgets: Deed | None = None
    kept: Kept = field(
        default_factory=lambda: Kept(
            updates=frozenset((CHAT, number) for number in "124"),
            tickets=[(CHAT, TICKET)],
            outcomes={CHAT: "ticket"},
        )
    )
    kills: list[Kill] = field(default_factory=list)

    def problems(self) -> list[Problem]:
        """What the audit finds."""
        walk = Walk(self.deeds, self.expected, self.finished)
        story = Story(CHAT, [walk], self.shown, CANARY, self.forgets)
        return [violation.problem for violation in audit([story], self.kept, self.kills).violations]


def test_nothing_is_found_where_all_is_well() -> None:
    """A double press included."""
    assert World().problems() == []


def changed(ticket: Ticket, **fields: Any) -> Ticket:
    """The ticket with other fields."""
    return {**ticket, **fields}


def not_taken(world: World) -> None:
    """An update is not in the database."""
    world.kept = replace(world.kept, updates=frozenset((CHAT, number) for number in "12"))


def nothing_said(world: World) -> None:
    """Between one deed and the next, nothing came."""
    del world.shown[1]


def only_a_repetition(world: World) -> None:
    """What came was there before."""
    world.shown[1] = Shown(2.5, "Bonjour", sure=False)
    world.shown[0] = Shown(1.5, "Bonjour", sure=False)


def no_toast(world: World) -> None:
    """A press that changed nothing still shows its clock."""
    world.deeds[2] = Deed(3, 2.0, empty=True)


def other_words(world: World) -> None:
    """A character is missing."""
    other = changed(TICKET, error_message={"text": "Erreur", "shown": True})
    world.shown[2] = Shown(3.5, "{}", other)
    world.kept = replace(world.kept, tickets=[(CHAT, other)])


def other_order(world: World) -> None:
    """Two answers changed places."""
    other = changed(TICKET, steps=TICKET["steps"][::-1])
    world.shown[2] = Shown(3.5, "{}", other)
    world.kept = replace(world.kept, tickets=[(CHAT, other)])


def ticket_not_kept(world: World) -> None:
    """It is on the screen only."""
    world.kept = replace(world.kept, tickets=[])


def ticket_not_shown(world: World) -> None:
    """It is in the database only: nobody saw one, and one is there that nobody saw."""
    world.shown[2] = Shown(3.5, "Voici")


def second_ticket_kept(world: World) -> None:
    """The same walk made two."""
    world.kept = replace(world.kept, tickets=[*world.kept.tickets, (CHAT, changed(TICKET, reference="4444-4444"))])


def second_ticket_shown(world: World) -> None:
    """Two are shown and kept, and there was one walk."""
    second = changed(TICKET, reference="4444-4444")
    world.shown.append(Shown(3.6, "{2}", second))
    world.kept = replace(world.kept, tickets=[*world.kept.tickets, (CHAT, second)])


def kept_otherwise(world: World) -> None:
    """What is kept is not what was shown."""
    world.kept = replace(world.kept, tickets=[(CHAT, changed(TICKET, cause="other"))])


def shown_otherwise(world: World) -> None:
    """The same reference, another content the second time."""
    world.shown.append(Shown(3.6, "{2}", changed(TICKET, cause="other")))


def said_again(world: World) -> None:
    """A message came twice, and nothing had happened."""
    world.shown.insert(1, Shown(1.6, "Bonjour"))


def said_again_long_after_a_kill(world: World) -> None:
    """The kill was before the first time."""
    world.kills = [Kill(0.9, frozenset([CHAT]))]
    said_again(world)


def said_again_though_it_was_marked(world: World) -> None:
    """There was a kill between, but nothing was waiting for this chat."""
    world.kills = [Kill(1.55, frozenset(["telegram:2"]))]
    said_again(world)


def never_sent(world: World) -> None:
    """A reply is left."""
    world.kept = replace(world.kept, waiting=[CHAT])


def put_aside(world: World) -> None:
    """An update could not be taken."""
    world.kept = replace(world.kept, letters=[CHAT])


def not_ended(world: World) -> None:
    """The conversation that is kept has no end."""
    world.kept = replace(world.kept, outcomes={CHAT: None})


def never_finished(world: World) -> None:
    """Somebody waits for ever."""
    world.finished = False
    world.shown[2] = Shown(3.5, "Voici")
    world.kept = replace(world.kept, tickets=[])


def not_forgotten(world: World) -> None:
    """Asked to, it kept all."""
    world.forgets = Deed(5, 4.0)
    world.shown.append(Shown(4.5, "C’est fait"))
    named = frozenset((CHAT, table) for table in ("conversations", "updates", "procrastinate_jobs"))
    world.kept = replace(world.kept, updates=world.kept.updates | {(CHAT, "5")}, named=named)


def another_voice(world: World) -> None:
    """Somebody else's words are on the screen."""
    world.shown[1] = Shown(2.5, f"Quel message ? {MARK}fonabeli-mulotiva")


@pytest.mark.parametrize(
    ("spoil", "problems"),
    [
        (not_taken, ["not taken"]),
        (nothing_said, ["not answered"]),
        (only_a_repetition, ["not answered"]),
        (no_toast, ["not answered"]),
        (other_words, ["answer lost"]),
        (other_order, ["answer lost"]),
        (ticket_not_kept, ["ticket lost"]),
        (ticket_not_shown, ["ticket doubled", "ticket lost"]),
        (second_ticket_kept, ["ticket doubled"]),
        (second_ticket_shown, ["ticket doubled"]),
        (kept_otherwise, ["another ticket"]),
        (shown_otherwise, ["another ticket"]),
        (said_again, ["repeated without a cause"]),
        (said_again_long_after_a_kill, ["repeated without a cause"]),
        (said_again_though_it_was_marked, ["repeated without a cause"]),
        (never_sent, ["reply left"]),
        (put_aside, ["set aside"]),
        (not_ended, ["no end"]),
        (never_finished, ["no end"]),
        (not_forgotten, ["not forgotten"] * 6),
        (another_voice, ["overheard"]),
    ],
)
def test_each_loss_is_found(spoil: Callable[[World], None], problems: list[Problem]) -> None:
    """And called by its name."""
    world = World()
    spoil(world)
    assert world.problems() == problems


def test_a_repetition_with_a_cause() -> None:
    """After a kill that met the reply, or where the bot could not know that it came."""
    killed = World(kills=[Kill(1.55, frozenset([CHAT]))])
    said_again(killed)
    unsure = World()
    unsure.shown[:1] = [Shown(1.5, "Bonjour", sure=False), Shown(1.6, "Bonjour")]
    assert killed.problems() == unsure.problems() == []


def test_a_press_that_came_too_late() -> None:
    """It was not taken, and the person was told so; the answer that comes after it is to what was done before."""
    world = World()
    world.deeds[1] = Deed(2, 2.0, toasted=True)
    world.kept = replace(world.kept, updates=frozenset((CHAT, number) for number in "14"))
    assert world.problems() == []
    world = World()
    world.deeds.insert(2, Deed(5, 2.1, toasted=True))
    assert world.problems() == []


def test_a_press_that_telegram_let_go_of() -> None:
    """It waited for longer than Telegram keeps it: it is counted, not held against the bot."""
    world = World()
    world.deeds[1] = Deed(2, 2.0, dropped=True)
    world.kept = replace(world.kept, updates=frozenset((CHAT, number) for number in "14"))
    assert world.problems() == []
    world.deeds[1] = Deed(2, 2.0)
    assert world.problems() == ["not taken"]


def test_a_toast_that_a_kill_took_away() -> None:
    """It is counted, not held against the bot."""
    world = World(kills=[Kill(2.1, frozenset())])
    no_toast(world)
    assert world.problems() == []


def test_whoever_is_forgotten_leaves_nothing() -> None:
    """Only that they asked."""
    asked = Deed(5, 4.0)
    world = World(forgets=asked, kept=Kept(updates=frozenset([(CHAT, "5")]), named=frozenset([(CHAT, "updates")])))
    world.shown.append(Shown(4.5, "C’est fait"))
    assert world.problems() == []


def test_whoever_is_forgotten_is_told_nothing_about_an_older_press() -> None:
    """One that comes to the bot after the request has nothing left to be said about."""
    asked = Deed(5, 4.0)
    world = World(forgets=asked, kept=Kept(updates=frozenset([(CHAT, "5")]), named=frozenset([(CHAT, "updates")])))
    world.shown.append(Shown(4.5, "C’est fait"))
    no_toast(world)
    assert world.problems() == []


def test_only_the_moment_may_differ_between_two_tickets() -> None:
    """The day that "yesterday" is, but not how it was said."""
    steps = [TICKET["steps"][0], {"node": "when", "answer": "jeudi 1 janvier 2026 à 22:15 (« hier 22h15 »)"}]
    attempt = {**TICKET["attempt"], "at": "2026-01-01T22:15:00+01:00"}
    assert differences(TICKET, changed(TICKET, reference="9", created_at="now", attempt=attempt, steps=steps)) == []
    assert differences(TICKET, changed(TICKET, attempt={**attempt, "words": "hier 22h16"})) == ["attempt", "steps"]

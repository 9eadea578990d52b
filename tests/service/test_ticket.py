"""The ticket: what it says of a message that is not there."""

import pytest

from bot.model.answer import ErrorMessage, Value
from bot.model.flow import End
from bot.model.message import Words
from bot.model.session import Entry, Place, Session
from bot.model.ticket import TicketError
from bot.service.ticket import ticket, ticket_message
from bot.service.voice import Voice
from tests.desk import MONDAY, PARIS, catalog
from tests.sample import sample


@pytest.mark.parametrize(
    ("choice", "value", "error", "french", "english"),
    [
        (
            "none",
            ErrorMessage(None),
            TicketError(None, shown=False),
            "Message exact\u00a0: aucun ne s’est affiché, d’après la personne.",
            "Exact message: none was shown, according to the user.",
        ),
        (
            "where",
            None,
            TicketError(None, shown=True),
            "Message exact\u00a0: non précisé.",
            "Exact message: not given.",
        ),
    ],
)
def test_no_message(choice: str, value: Value | None, error: TicketError, french: str, english: str) -> None:
    """That none was shown is what a person said; that none was given is not taken for it."""
    flow = sample().flows["sample"]
    end = flow.nodes["ticket"]
    assert isinstance(end, End)
    trail = (Entry("questions.error", (), "error", choice, value),)
    session = Session(Place("sample", "ticket", trail=trail), "fr", flow.digest, ended="ticket")
    for language, words in (("fr", french), ("en", english)):
        voice = Voice(catalog(), language, PARIS)
        made = ticket(flow, session, "K7RM-2XQ5", MONDAY, voice)
        assert made.error_message == error
        assert Words(words) in ticket_message(flow, end, session, made, voice).parts

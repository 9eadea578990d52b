"""The ticket as JSON, and the schema it keeps to."""

from functools import cache

from pydantic import TypeAdapter

from bot.model.ticket import Ticket
from bot.service.json_schema import json_schema


def ticket_json(ticket: Ticket, indent: int | None = None) -> str:
    """The ticket as one JSON object."""
    return _adapter().dump_json(ticket, indent=indent).decode()


def ticket_schema() -> dict[str, object]:
    """The JSON Schema of tickets."""
    return json_schema(_adapter(), "ticket.schema.json")


@cache
def _adapter() -> TypeAdapter[Ticket]:
    return TypeAdapter(Ticket)

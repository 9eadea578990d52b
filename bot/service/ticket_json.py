"""The ticket as JSON, and the schema it keeps to."""

from functools import cache

from pydantic import TypeAdapter

from bot.model.ticket import Ticket


def ticket_json(ticket: Ticket, indent: int | None = None) -> str:
    """The ticket as one JSON object."""
    return _adapter().dump_json(ticket, indent=indent).decode()


def ticket_schema() -> dict[str, object]:
    """The JSON Schema of tickets."""
    schema = _adapter().json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "ticket.schema.json", **schema}


@cache
def _adapter() -> TypeAdapter[Ticket]:
    return TypeAdapter(Ticket)

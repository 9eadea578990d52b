"""The ticket as JSON, and the schema it keeps to."""

from functools import cache

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import DataclassField, ModelField, TypedDictField

from bot.model.ticket import Ticket


def ticket_json(ticket: Ticket, indent: int | None = None) -> str:
    """The ticket as one JSON object."""
    return _adapter().dump_json(ticket, indent=indent).decode()


def ticket_schema() -> dict[str, object]:
    """The JSON Schema of tickets."""
    schema = _adapter().json_schema(mode="serialization", schema_generator=_AllRequired)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "ticket.schema.json", **schema}


class _AllRequired(GenerateJsonSchema):
    """Whatever is written is always there, what has a default included."""

    def field_is_required(self, field: ModelField | DataclassField | TypedDictField, total: bool) -> bool:
        """Always."""
        del field, total
        return True


@cache
def _adapter() -> TypeAdapter[Ticket]:
    return TypeAdapter(Ticket)

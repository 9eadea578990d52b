"""The JSON Schema of what is written as JSON."""

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import DataclassField, ModelField, TypedDictField


def json_schema(adapter: TypeAdapter[Any], file: str) -> dict[str, object]:
    """The schema of what this writes, as it stands in a file."""
    schema = adapter.json_schema(mode="serialization", schema_generator=_AllRequired)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": file, **schema}


class _AllRequired(GenerateJsonSchema):
    """Whatever is written is always there, what has a default included."""

    def field_is_required(self, field: ModelField | DataclassField | TypedDictField, total: bool) -> bool:
        """Always."""
        del field, total
        return True

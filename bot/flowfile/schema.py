"""The JSON Schema of flow files, for editors: generated from their shape."""

from pydantic import TypeAdapter

from bot.flowfile.shapes.files import FileShape


def flow_schema() -> dict[str, object]:
    """The JSON Schema of flow, library, settings, signature and example files."""
    schema = TypeAdapter(FileShape).json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Guichet flow files"}
    return {**head, **schema}

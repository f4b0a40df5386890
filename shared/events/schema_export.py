"""JSON Schemas of the events, closed: a producer adds nothing that the schema does not name."""

from typing import Any

from shared.events.event_data import EventData


def schema_of(model: type[EventData]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of an event's data."""
    schema = model.model_json_schema(mode="serialization")
    _close(schema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"/schemas/{model.event_type}.schema.json",
        **schema,
    }


def _close(schema: Any) -> None:
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            schema["additionalProperties"] = False
        for each in schema.values():
            _close(each)
    elif isinstance(schema, list):
        for each in schema:
            _close(each)

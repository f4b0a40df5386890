"""`python -m shared.events.check [--write]`: the committed schemas and examples against the models.

A released schema may only gain optional fields; `--write` refuses anything else. Exit 1 names each fault.
"""

import json
import sys
from pathlib import Path

from pydantic import ValidationError

from shared.events.catalogue import CLASS_OF_TYPE, EVENT_CLASSES
from shared.events.compatibility import breaking_changes
from shared.events.event_data import EventData
from shared.events.schema_export import schema_of

SCHEMAS = Path(__file__).parent / "schemas"
EXAMPLES = Path(__file__).parent / "examples"


def check_schema(model: type[EventData]) -> list[str]:
    """Faults of one event type's committed schema."""
    file = SCHEMAS / f"{model.event_type}.schema.json"
    if not file.exists():
        return [f"{model.event_type}: no committed schema (run with --write)"]
    committed = json.loads(file.read_text())
    current = schema_of(model)
    breaking = breaking_changes(committed, current)
    if breaking:
        return [f"{model.event_type}: breaking: {each}: make a new version" for each in breaking]
    return [] if committed == current else [f"{model.event_type}: schema is out of date (run with --write)"]


def check_examples(model: type[EventData]) -> list[str]:
    """Faults of one event type's golden examples: each must parse, and lose nothing on the way back."""
    files = sorted((EXAMPLES / model.event_type).glob("*.json"))
    if not files:
        return [f"{model.event_type}: no example"]
    faults = []
    for file in files:
        example = json.loads(file.read_text())
        try:
            back = model.model_validate_json(json.dumps(example)).model_dump(mode="json", exclude_none=True)
        except ValidationError as error:
            faults.append(f"{model.event_type}/{file.name}: {error.error_count()} faults")
            continue
        if back != example:
            faults.append(f"{model.event_type}/{file.name}: differs after a round trip")
    return faults


def write() -> list[str]:
    """Writes the schemas that are new or gained optional fields. Returns what may not be written."""
    faults = []
    for model in EVENT_CLASSES:
        file = SCHEMAS / f"{model.event_type}.schema.json"
        current = schema_of(model)
        breaking = breaking_changes(json.loads(file.read_text()), current) if file.exists() else []
        if breaking:
            faults += [f"{model.event_type}: breaking: {each}" for each in breaking]
        else:
            file.write_text(json.dumps(current, indent=2) + "\n")
    return faults


def all_faults() -> list[str]:
    """Every fault of every event type, and files that belong to none."""
    faults = [fault for model in EVENT_CLASSES for fault in (*check_schema(model), *check_examples(model))]
    known = {f"{name}.schema.json" for name in CLASS_OF_TYPE}
    faults += [
        f"{file.name}: a released schema without a class"
        for file in SCHEMAS.glob("*.json")
        if file.name not in known
    ]
    return faults


if __name__ == "__main__":
    found = write() if "--write" in sys.argv[1:] else all_faults()
    print("\n".join(found) if found else f"{len(EVENT_CLASSES)} event types: schemas and examples hold")
    sys.exit(1 if found else 0)

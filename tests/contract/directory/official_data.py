"""The official schemas and example feed of Open Referral UK, which are not part of this repository."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker


def official_data() -> Path:
    """`KITH_DATA_DIR`; without it the test says aloud that it did not run."""
    found = os.environ.get("KITH_DATA_DIR")
    if not found:
        pytest.skip("KITH_DATA_DIR is not set: the official Open Referral UK schemas are not here")
    return Path(found)


def official_schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((official_data() / "oruk" / "schemas" / f"{name}.json").read_text())
    return schema


@cache
def _validator(name: str) -> Draft202012Validator:
    """Made once: reading a schema takes longer than checking a record by it."""
    return Draft202012Validator(official_schema(name), format_checker=FormatChecker())


@cache
def _capacity_validator() -> Draft202012Validator:
    """The unit in its place; what else the schema refers to is not written here."""
    schema = official_schema("service_capacity")
    written = set(schema["properties"]) - {"attributes", "metadata"}
    properties = {name: schema["properties"][name] for name in written} | {"unit": official_schema("unit")}
    whole = schema | {"properties": properties, "additionalProperties": False}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def capacity_errors(record: object) -> list[str]:
    """What HSDS 3.1 has against a capacity."""
    return [f"{error.json_path}: {error.message}" for error in _capacity_validator().iter_errors(record)]


def schema_errors(name: str, record: object) -> list[str]:
    """What the official schema has against a record, formats (uuid, date-time, uri, email) included."""
    validator = _validator(name)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(record)]

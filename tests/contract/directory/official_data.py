"""The official schemas and example feed of Open Referral UK, which are not part of this repository."""

import json
import os
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


def schema_errors(name: str, record: object) -> list[str]:
    """What the official schema has against a record, formats (uuid, date-time, uri, email) included."""
    validator = Draft202012Validator(official_schema(name), format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(record)]

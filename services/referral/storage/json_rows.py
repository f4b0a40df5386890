"""Rows as one JSON parameter: many columns and many rows in one round trip, named instead of counted."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson


def as_json_rows(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as JSON. asyncpg's UUIDs are a class of their own, which orjson leaves to `str`."""
    return orjson.dumps(rows, default=str).decode()

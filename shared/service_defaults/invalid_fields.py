"""Says which field broke which rule, without ever repeating the value that broke it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SAFE_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,60}|\d{1,6}")
LONGEST_LIST = 50  # faults told at once

# Only limits that the contract itself states are put into words, never what pydantic says of the input.
WORDS = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this request",
    "string_too_short": "must be {min_length} characters or more",
    "string_too_long": "must be {max_length} characters or fewer",
    "string_pattern_mismatch": "is not written the way we ask for",
    "too_short": "must have {min_length} or more",
    "too_long": "must have {max_length} or fewer",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "literal_error": "must be one of {expected}",
    "enum": "must be one of {expected}",
    "uuid_parsing": "must be a UUID",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "bool_parsing": "must be true or false",
    "string_type": "must be text",
    "date_from_datetime_parsing": "must be a date such as 2026-11-22",
    "datetime_parsing": "must be a date and time such as 2026-11-22T09:30:00Z",
    "json_invalid": "is not JSON",
    "model_attributes_type": "must be a JSON object",
}
SOURCES = frozenset({"body", "query", "path", "header", "cookie"})


@dataclass(frozen=True, slots=True)
class FieldError:
    """A field, the rule it broke (a code for machines) and the rule in words."""

    field: str
    rule: str
    message: str

    def as_json(self) -> dict[str, str]:
        return {"field": self.field, "rule": self.rule, "message": self.message}


def field_errors(faults: Iterable[Mapping[str, Any]]) -> tuple[FieldError, ...]:
    """Reads pydantic's list of faults."""
    return tuple(_field_error(fault) for _, fault in zip(range(LONGEST_LIST), faults, strict=False))


def _field_error(fault: Mapping[str, Any]) -> FieldError:
    rule = str(fault["type"])
    return FieldError(_path(fault["loc"], rule), rule, _in_words(rule, fault.get("ctx") or {}))


def _path(location: Iterable[str | int], rule: str) -> str:
    """The path to the field; a part that is not a plain name (it came from the sender) becomes `?`."""
    parts = list(location)
    if rule == "json_invalid":
        parts = parts[:1]
    if len(parts) > 1 and parts[0] in SOURCES:
        parts = parts[1:]
    return ".".join(str(part) if SAFE_FIELD.fullmatch(str(part)) else "?" for part in parts) or "body"


def _in_words(rule: str, context: Mapping[str, Any]) -> str:
    try:
        return WORDS.get(rule, "is not valid").format(**context)
    except KeyError:
        return "is not valid"

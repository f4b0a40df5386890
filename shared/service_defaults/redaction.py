"""Takes what looks like a person's data, or like a secret, out of text that is to be logged."""

import re
from typing import Any

# Guards on both sides keep UUIDs, trace ids and offsets whole.
_START, _END = r"(?<![\w-])", r"(?![\w-])"

PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\bbearer\s+\S+"), "[credential]"),
    (re.compile(r"://[^/\s:@]*:[^/\s@]+@"), "://[credential]@"),
    (re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"), "[access-token]"),
    (re.compile(r"\.?[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{43}(?![\w-])"), "[link-token]"),
    (re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+"), "[email]"),
    (re.compile(_START + r"\d{3}[ -]?\d{3}[ -]?\d{4}" + _END), "[nhs-number]"),
    (re.compile(_START + r"(?:\+44|0044|0)(?:[ ()-]{0,2}\d){9,10}" + _END), "[phone]"),
    (re.compile(_START + r"(?i:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})" + _END), "[postcode]"),
)
TEN_DIGITS = range(1_000_000_000, 10_000_000_000)


def redact_text(text: str) -> str:
    """The text with every suspicious piece replaced by its kind."""
    for pattern, kind in PATTERNS:
        text = pattern.sub(kind, text)
    return text


def redact(value: Any) -> Any:
    """The value with all texts in it redacted; numbers of ten digits go as well."""
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, dict):
        return {key: redact(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(each) for each in value]
    if isinstance(value, bool | float) or value is None:
        return value
    if isinstance(value, int):
        return "[nhs-number]" if value in TEN_DIGITS else value
    return redact_text(str(value))

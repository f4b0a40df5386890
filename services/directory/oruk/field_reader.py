"""Reads one JSON object of a feed field by field: refuses what must be right, leaves out what merely may be."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from services.directory.domain.errors import RecordRefused

LONGEST_TEXT = 20_000  # characters
LONGEST_LIST = 1_000
LONGEST_EMAIL = 254  # characters, RFC 5321

Choice = TypeVar("Choice", bound=str)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of a record that was left out or read with care; the record itself was taken."""

    field: str
    rule: str


@dataclass(frozen=True, slots=True)
class FieldReader:
    """`path` is where the object stands in its record; null, empty text and empty lists count as absent."""

    values: Mapping[str, object]
    remarks: list[Remark]
    path: str = ""

    def refuse(self, key: str, rule: str) -> RecordRefused:
        return RecordRefused(self._place(key), rule)

    def remark(self, key: str, rule: str) -> None:
        self.remarks.append(Remark(self._place(key), rule))

    def uuid(self, key: str) -> UUID:
        found = self.optional_uuid(key)
        if found is None:
            raise self.refuse(key, "missing")
        return found

    def optional_uuid(self, key: str) -> UUID | None:
        return self._optional(key, _uuid, "not-a-uuid")

    def text(self, key: str) -> str:
        found = self.optional_text(key)
        if found is None:
            raise self.refuse(key, "missing")
        return found

    def optional_text(self, key: str) -> str | None:
        found = self.values.get(key)
        if found is None or found == "":
            return None
        if not isinstance(found, str):
            raise self.refuse(key, "not-text")
        if len(found) > LONGEST_TEXT:
            raise self.refuse(key, "too-long")
        if "\0" in found or any("\ud800" <= character <= "\udfff" for character in found):
            raise self.refuse(key, "not-storable-text")
        return found.strip() or None

    def choice(self, key: str, choices: tuple[Choice, ...]) -> Choice:
        found = self.text(key)
        for choice in choices:
            if choice == found:
                return choice
        raise self.refuse(key, "not-one-of-the-list")

    def optional_choice(self, key: str, choices: tuple[Choice, ...]) -> Choice | None:
        return None if self.optional_text(key) is None else self.choice(key, choices)

    def optional_age(self, key: str) -> int | None:
        """An age in whole years: someone of eighteen and a half is eighteen."""
        found = self._optional_number(key)
        if found is not None and not 0 <= found <= 130:
            raise self.refuse(key, "not-an-age")
        return None if found is None else math.floor(found)

    def optional_number(self, key: str, low: Decimal, high: Decimal) -> Decimal | None:
        """A number between two bounds; one beyond them is left out."""
        found = self._optional_number(key)
        if found is not None and not low <= found <= high:
            self.remark(key, "out-of-range")
            return None
        return found

    def optional_url(self, key: str) -> str | None:
        return self._or_left_out(key, _web_address, "not-a-web-address")

    def optional_email(self, key: str) -> str | None:
        return self._or_left_out(key, _email, "not-an-email-address")

    def optional_date(self, key: str) -> str | None:
        return self._or_left_out(key, lambda text: date.fromisoformat(text).isoformat(), "not-a-date")

    def optional_time(self, key: str) -> time | None:
        found = self._or_left_out(key, _clock_time, "not-a-time")
        return None if found is None else time.fromisoformat(found)

    def objects(self, key: str) -> list["FieldReader"]:
        found = self.values.get(key)
        if found is None:
            return []
        if not isinstance(found, list):
            raise self.refuse(key, "not-a-list")
        if len(found) > LONGEST_LIST:
            raise self.refuse(key, "too-many")
        return [self._child(f"{key}[{index}]", value) for index, value in enumerate(found)]

    def optional_object(self, key: str) -> "FieldReader | None":
        found = self.values.get(key)
        return None if found is None else self._child(key, found)

    def _child(self, key: str, value: object) -> "FieldReader":
        if not isinstance(value, dict):
            raise self.refuse(key, "not-an-object")
        return FieldReader(value, self.remarks, self._place(key))

    def _optional(self, key: str, read: Callable[[str], Value], rule: str) -> Value | None:
        found = self.optional_text(key)
        if found is None:
            return None
        try:
            return read(found)
        except ValueError as error:
            raise self.refuse(key, rule) from error

    def _or_left_out(self, key: str, read: Callable[[str], str], rule: str) -> str | None:
        found = self.optional_text(key)
        if found is None:
            return None
        try:
            return read(found)
        except ValueError:
            self.remark(key, rule)
            return None

    def _optional_number(self, key: str) -> Decimal | None:
        found = self.values.get(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float | Decimal):
            raise self.refuse(key, "not-a-number")
        number = Decimal(str(found)) if isinstance(found, float) else Decimal(found)
        if not number.is_finite():
            raise self.refuse(key, "not-a-number")
        return number

    def _place(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _uuid(text: str) -> UUID:
    if len(text) != 36:
        raise ValueError(text)
    return UUID(text)


def _clock_time(text: str) -> str:
    found = time.fromisoformat(text.removesuffix("Z"))
    return found.replace(tzinfo=None, microsecond=0).isoformat()


def _web_address(text: str) -> str:
    """Only http and https: an address becomes a link on a page, and javascript: must not."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(c.isspace() for c in text):
        raise ValueError(text)
    return text


def _email(text: str) -> str:
    local, at, domain = text.partition("@")
    if not at or not local or "." not in domain or "@" in domain or any(c.isspace() for c in text):
        raise ValueError(text)
    if (
        len(text) > LONGEST_EMAIL
        or not text.isascii()
        or any(character in text for character in '<>,;:"()[]\\?&%#/')
    ):
        raise ValueError(text)
    return text

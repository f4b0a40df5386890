"""A source: somebody's list that the directory reads by itself, or when somebody hands it over."""

from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlsplit
from uuid import UUID

SourceKind = Literal["oruk-json", "hsds-tables", "simple-sheet"]
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
LONGEST_EVERY = 744  # hours


class SourceNotValid(ValueError):
    """A source that cannot be read; the text is for the person who describes it."""


@dataclass(frozen=True, slots=True)
class FeedSource:
    """`routable`: people may be sent to its services. `lapses_missing`: what it names no longer is withdrawn."""

    id: UUID
    name: str
    kind: SourceKind
    address: str | None = None
    area: str | None = None
    routable: bool = False
    lapses_missing: bool = True
    every_hours: int | None = None
    active: bool = True

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise SourceNotValid("Say whose list it is.")
        if self.address is not None and not _is_web_address(self.address):
            raise SourceNotValid("The address must start with http:// or https:// and hold no password.")
        if self.address is None and self.every_hours is not None:
            raise SourceNotValid("Without an address it cannot be read every few hours.")
        if self.every_hours is not None and not 1 <= self.every_hours <= LONGEST_EVERY:
            raise SourceNotValid(f"The hours must be between 1 and {LONGEST_EVERY}.")


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    named = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return named and parts.username is None and parts.password is None and len(text) <= 2_000

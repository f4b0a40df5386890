"""How people join a service and how they can reach it."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

JoinWay = Literal["just-come", "book", "ask-us", "referral-only"]


@dataclass(frozen=True, slots=True)
class JoinBy:
    """The ways in, and what the service itself says of them."""

    ways: tuple[JoinWay, ...] = ()
    words: str | None = None

    def __post_init__(self) -> None:
        if not self.ways and not self.words:
            raise ValueError("how to join says a way or words")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that a service gives to everybody; whose it is, is not kept."""

    id: UUID
    number: str
    extension: str | None = None
    kind: str | None = None
    description: str | None = None

"""The words that are said about one place, what is kept of it, and the facts that follow."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Word(StrEnum):
    """What referral says of a request for a place."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    GIVEN_UP = "given-up"
    ENDED = "ended"


class HoldState(StrEnum):
    HELD = "held"
    TAKEN = "taken"
    FREED = "freed"
    REFUSED = "refused"


class Refusal(StrEnum):
    FULL = "full"
    PAUSED = "paused"
    UNKNOWN = "unknown"
    NO_FREE_PLACE = "no-free-place"
    NO_SUCH_POOL = "no-such-pool"
    HOLD_GONE = "hold-gone"


class Freeing(StrEnum):
    """EXPIRED is the back-stop: a hold that nobody ended, which is a fault."""

    GIVEN_UP = "given-up"
    ENDED = "ended"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for a place where: one leg of one referral, once."""

    request_id: UUID
    pool_id: UUID
    referral_id: UUID
    leg_id: UUID
    area: str


@dataclass(frozen=True, slots=True)
class Hold:
    """What became of a request. `signal_version` is the signal under which that was decided.

    `why` says why it has no place, or none any more.
    """

    request: Request
    state: HoldState
    signal_version: int
    held_at: datetime | None
    changed_at: datetime
    why: Refusal | Freeing | None = None


@dataclass(frozen=True, slots=True)
class PlaceHeld:
    hold: Hold
    held_at: datetime


@dataclass(frozen=True, slots=True)
class PlaceRefused:
    request: Request
    reason: Refusal
    signal_version: int


@dataclass(frozen=True, slots=True)
class PlaceTaken:
    request: Request


@dataclass(frozen=True, slots=True)
class PlaceFreed:
    """`reopened` is false when the place stays closed; `free` is None where there is no limit."""

    request: Request
    reason: Freeing
    reopened: bool
    free: int | None
    signal_version: int


Fact = PlaceHeld | PlaceRefused | PlaceTaken | PlaceFreed

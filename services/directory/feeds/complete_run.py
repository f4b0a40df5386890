"""What follows when a source has named all that it has, and something is no longer among it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

FEW = 5  # services: as many may go at once from any source, however small
LARGEST_SHARE = 0.10


@dataclass(frozen=True, slots=True)
class MissingRecord:
    """A service that takes people, or will again, and that its source did not name. `since`: an earlier complete run."""

    record_id: UUID
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Missing:
    """`lapsing` are withdrawn now, `first_time` are remembered. `held`: too many at once, a person decides."""

    lapsing: tuple[UUID, ...] = ()
    first_time: tuple[UUID, ...] = ()
    held: bool = False
    count: int = 0


def is_complete(*, total_items: int | None, records: int) -> bool:
    """Whether all came: as many records as the source says it has. One that does not say is never complete."""
    return total_items == records


def what_lapses(missing: Sequence[MissingRecord], known: int) -> Missing:
    """After a complete run: whatever is missing in two of them, one after the other, is withdrawn.

    `known` are the source's services that take people, the missing ones among them.
    """
    first_time = tuple(each.record_id for each in missing if each.since is None)
    if is_too_much(len(missing), known):
        return Missing(first_time=first_time, held=True, count=len(missing))
    lapsing = tuple(each.record_id for each in missing if each.since is not None)
    return Missing(lapsing, first_time, count=len(missing))


def is_too_much(missing: int, known: int) -> bool:
    """More than a source loses in an ordinary week: a list cut short rather than services that closed."""
    return missing > FEW and missing > LARGEST_SHARE * known

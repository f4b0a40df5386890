"""Whether a row of a list is an older word than the last one: a list can be sent again long after it was made.

A tap of full always applies, since whoever taps means now. A row of a list may be of any time, so an older full is shown
back like any other.
"""

from dataclasses import dataclass
from datetime import datetime

from services.capacity.domain.pool import Pool, Statement
from services.capacity.domain.status import Status

NO_VERSION = -1


@dataclass(frozen=True, slots=True)
class OwnWord:
    """What the sender of a list last said of a pool. `free` None: without a limit, unless `in_all` was said."""

    version: int
    status: Status
    free: int | None
    in_all: int | None
    tapped_at: datetime | None
    paused_until: datetime | None
    expected_wait_days: int | None
    note: str | None

    def says(self, row: Statement) -> bool:
        """The free places of those in all follow from who has one: they are nobody's word."""
        same_places = self.in_all == row.places and (
            not row.status.gives_places or row.places is not None or self.free == row.free
        )
        more = (self.paused_until, self.expected_wait_days, self.note)
        return (
            self.status is row.status
            and same_places
            and more == (row.paused_until, row.expected_wait_days, row.note)
        )


def is_older_word(pool: Pool, row: Statement, own: OwnWord | None, *, has_moment: bool) -> bool:
    """By its moment, else by the version that it saw. With neither, it is what its sender said before others spoke."""
    if pool.said is None or not pool.spoken_version:
        return False
    if own is not None and own.version < pool.spoken_version:
        said_before = own.tapped_at == row.tapped_at if has_moment else own.says(row)
        if said_before:
            return True
    if has_moment:
        return row.tapped_at <= pool.said.confirmed_at
    return NO_VERSION < row.version_seen < pool.spoken_version

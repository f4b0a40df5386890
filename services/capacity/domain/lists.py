"""Whether a row of a list is an older word than the last one: a list can be sent again long after it was made.

A tap of full always applies, since whoever taps means now. A row of a list may be of any time, so a full that says itself
that it is older is shown back like any other. One that says nothing of its time applies: a full that is kept wrongly costs a
wait, and one that is lost wrongly brings people to a closed door.
"""

from dataclasses import dataclass
from datetime import datetime

from services.capacity.domain.pool import Pool, Said, Statement
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


def is_older_word(
    pool: Pool, row: Statement, own: OwnWord | None, *, has_moment: bool, now: datetime
) -> bool:
    """By the version that it saw, else by its moment. With neither a row cannot be told from one of any time."""
    if pool.said is None or not pool.spoken_version:
        return False
    if row.version_seen != NO_VERSION:
        return row.version_seen < pool.spoken_version
    others_spoke = own is None or own.version < pool.spoken_version
    if has_moment:
        return _is_older_moment(pool.said, row, own, others_spoke=others_spoke)
    if row.status is Status.FULL or not _counts(pool, pool.said, now):
        return False
    if others_spoke and not pool.ledger.status.gives_places:
        return True  # nobody is sent to who said full, on a word that may be from before
    return others_spoke and own is not None and own.says(row)


def _is_older_moment(said: Said, row: Statement, own: OwnWord | None, *, others_spoke: bool) -> bool:
    """Of two words of one moment, as of a clock that knows no seconds, full is the later one, unless it is the same."""
    is_own_moment = own is not None and own.tapped_at == row.tapped_at
    if is_own_moment and others_spoke:
        return True
    if row.tapped_at == said.confirmed_at:
        is_the_same = own is not None and is_own_moment and own.says(row)
        return is_the_same or row.status is not Status.FULL
    return row.tapped_at < said.confirmed_at


def _counts(pool: Pool, said: Said, now: datetime) -> bool:
    return pool.ledger.status is not Status.UNKNOWN and now < said.expires_at

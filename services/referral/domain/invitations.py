"""Who is invited to an event by what they need: a pure function over those who said that they may be.

An invitation holds no place. Places go to those who say yes, first come, so more are invited than there are places, but
never more than MOST_FOR_A_PLACE for each while nobody has answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.referral.domain.leg import Leg
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.london_days import day_in_london
from services.referral.domain.meanwhile import needs_like
from services.referral.domain.suitability import suits
from services.referral.domain.wants import Wants

MOST_FOR_A_PLACE = 3
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """A day with places, or a day that is still to be named."""

    pool: ListedPool
    name: str
    starts_on: date | None = None

    def is_to_come(self, now: datetime) -> bool:
        return self.starts_on is None or self.starts_on >= day_in_london(now)


@dataclass(frozen=True, slots=True)
class Asked:
    """By what people are invited."""

    need: str
    group: str | None = None


def most_now(event: ListedEvent, outstanding: int) -> int:
    """How many may be invited now, beside those who were and have not answered."""
    signal = event.pool.signal
    if not signal.has_space:
        return 0
    most = MOST_AT_ONCE if signal.free is None else min(MOST_AT_ONCE, MOST_FOR_A_PLACE * signal.free)
    return max(0, most - outstanding)


def whom_to_invite(found: Iterable[Leg], event: ListedEvent, asked: Asked) -> Sequence[Leg]:
    """The legs of those whom the event suits, each person once, who asked for help first before the others.

    Whoever reads `found` has left out who gave no consent, and who was invited before or has a place there.
    """
    chosen: dict[UUID, Leg] = {}
    for leg in sorted(found, key=lambda each: each.place_in_line):
        if leg.wants.need != asked.need or (asked.group and asked.group not in leg.wants.groups):
            continue
        if suits(event.pool, wants_there(leg.wants, event.pool), leg.tried):
            chosen.setdefault(leg.person_id, leg)
    return list(chosen.values())


def wants_there(wants: Wants, pool: ListedPool) -> Wants:
    """What they want with the need that the event is for: theirs, or else the likest that it names."""
    if wants.need in pool.needs:
        return wants
    likest = next((need for need in needs_like(wants.need, ()) if need in pool.needs), None)
    return replace(wants, need=likest or min(pool.needs, default=wants.need))

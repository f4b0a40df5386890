"""How long a statement counts: for the life of a signal, a pause until it ends, a course until it begins."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.capacity.domain.errors import PauseIsOver
from services.capacity.domain.kinds import PoolKind

LONGEST_PAUSE = timedelta(days=366)
LONDON = ZoneInfo("Europe/London")


def counts_until(
    confirmed_at: datetime,
    paused_until: datetime | None,
    *,
    now: datetime,
    signal_life: timedelta,
    over_at: datetime | None = None,
) -> datetime:
    """Raises PauseIsOver for a pause that ends before now, or too far in the future."""
    if paused_until is not None:
        if not now < paused_until <= now + LONGEST_PAUSE:
            raise PauseIsOver
        return paused_until
    expires_at = confirmed_at + signal_life
    return min(expires_at, over_at) if over_at is not None and over_at > now else expires_at


def over_at(kind: PoolKind, starts_on: date | None) -> datetime | None:
    """When what was said before has to be said anew: a course has begun, the day of an event is over."""
    if starts_on is None or kind not in {PoolKind.COHORT, PoolKind.EVENT}:
        return None
    day = starts_on if kind is PoolKind.COHORT else starts_on + timedelta(days=1)
    return datetime.combine(day, time(), LONDON).astimezone(UTC)

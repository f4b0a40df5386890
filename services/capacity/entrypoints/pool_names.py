"""What tells one of a service's pools from another, in words of the page's language: called while it is being made."""

from collections.abc import Iterator

from markupsafe import Markup

from services.capacity.domain.kinds import PoolKind
from services.capacity.domain.pool import Pool
from services.capacity.entrypoints.http_schemas import PoolState, ToldTimes
from shared.web.phrases import phrase, plain
from shared.web.spoken_dates import say_date
from shared.web.spoken_times import say_clock, say_each_weekday, say_nth_weekday

NEVER_SAID = ToldTimes()


def pool_name(pool: PoolState | Pool) -> str:
    """`Art for all: Tuesdays, 10am to 12 noon`; the service's name alone where nothing is known of its days."""
    state = pool if isinstance(pool, PoolState) else PoolState.of(pool)
    when = plain(when_words(state))
    return f"{state.service_name}: {when}" if when else state.service_name


def when_words(state: PoolState) -> Markup:
    """Nothing where it is not known."""
    return Markup(", ").join(_parts(state, state.times or NEVER_SAID))


def _parts(state: PoolState, times: ToldTimes) -> Iterator[Markup]:
    first = times.on or state.starts_on
    on_that_day = not times.days and (times.on is not None or state.kind is PoolKind.EVENT)
    if times.days:
        yield _days(times)
    elif first and on_that_day:
        yield Markup(say_date(first))  # noqa: S704 - a date has no markup
    if times.opens_at and times.closes_at:
        opens, closes = say_clock(times.opens_at), say_clock(times.closes_at)
        yield phrase("%(opens)s to %(closes)s", opens=opens, closes=closes)
    elif times.opens_at:
        yield say_clock(times.opens_at)
    if first and not on_that_day:
        yield phrase("from %(day)s", day=say_date(first))


def _days(times: ToldTimes) -> Markup:
    each = (say_nth_weekday(day) if len(day) > len("TU") else say_each_weekday(day) for day in times.days)
    days = Markup(", ").join(each)
    if times.every_weeks is None:
        return days
    return phrase("Every %(number)s weeks: %(days)s", number=times.every_weeks, days=days)

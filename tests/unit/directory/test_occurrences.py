"""Openings come round as iCalendar says they do, by London's clocks."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from services.directory.domain.occurrences import LONDON, WEEK, occurrences
from services.directory.domain.opening import Opening
from tests.unit.directory.domain_strategies import openings

DROP_IN = Opening(UUID(int=1), "WEEKLY", days=("TU",), opens_at=time(10), closes_at=time(12))
NOVEMBER = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))

moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(0), timedelta(days=120))
clock_times = st.times().map(lambda at: time(at.hour, at.minute))
anchors = st.dates(date(2019, 1, 1), date(2029, 1, 1)).map(lambda day: day.isoformat())
weekdays = st.lists(st.sampled_from(WEEK), min_size=1, max_size=3, unique=True).map(tuple)
numbered = st.builds(
    lambda week, day: f"{week}{day}", st.sampled_from([*range(1, 6), -1, -2]), st.sampled_from(WEEK)
)
numbered_days = st.lists(numbered, min_size=1, max_size=3, unique=True).map(tuple)
month_days = st.lists(st.integers(-31, 31).filter(bool), min_size=1, max_size=3, unique=True)


def days(opening: Opening, since: datetime = NOVEMBER[0], until: datetime = NOVEMBER[1]) -> list[int]:
    return [start.astimezone(LONDON).day for start, _ in occurrences(opening, since, until)]


def starts_by_icalendar(opening: Opening, since: datetime, until: datetime) -> list[datetime]:
    """The same rule read by dateutil; everything the tests below give it has an anchor and a time."""
    at = opening.opens_at or time()
    numbers = [int(part) for part in (opening.month_days or "").split(",") if part]
    by_day = [
        getattr(rrule, day[-2:])(int(day[:-2])) if day[:-2] else getattr(rrule, day[-2:])
        for day in opening.days
    ]
    rule = rrule.rrule(
        rrule.MONTHLY if opening.frequency == "MONTHLY" else rrule.WEEKLY,
        interval=opening.interval or 1,
        dtstart=datetime.combine(date.fromisoformat(opening.starts_on or ""), at),
        byweekday=by_day or None,
        bymonthday=numbers or None,
    )
    after, before = (moment.replace(tzinfo=None) for moment in (since - timedelta(2), until + timedelta(2)))
    instants = (
        found.replace(tzinfo=LONDON).astimezone(UTC) for found in rule.between(after, before, inc=True)
    )
    return [start for start in instants if since <= start < until]


@given(weekdays, st.integers(1, 5), anchors, clock_times, moments, spans)
def test_weekly_rules_agree_with_icalendar(
    on: tuple[str, ...], interval: int, anchor: str, at: time, since: datetime, span: timedelta
) -> None:
    opening = Opening(uuid4(), "WEEKLY", interval, on, opens_at=at, starts_on=anchor)

    found = [start for start, _ in occurrences(opening, since, since + span)]

    assert found == starts_by_icalendar(opening, since, since + span)


@given(
    numbered_days | weekdays | st.just(()),
    st.just([]) | month_days,
    st.integers(1, 5),
    anchors,
    moments,
    spans,
)
def test_monthly_rules_agree_with_icalendar(
    on: tuple[str, ...], numbers: list[int], interval: int, anchor: str, since: datetime, span: timedelta
) -> None:
    written = ",".join(map(str, numbers)) or None
    opening = Opening(uuid4(), "MONTHLY", interval, on, written, opens_at=time(18, 30), starts_on=anchor)

    found = [start for start, _ in occurrences(opening, since, since + span)]

    assert found == starts_by_icalendar(opening, since, since + span)


@given(openings, moments, spans)
def test_any_opening_comes_round_in_order_and_never_ends_before_it_starts(
    opening: Opening, since: datetime, span: timedelta
) -> None:
    until = since + span

    found = list(occurrences(opening, since, until))

    assert all(start <= end and start < until and end >= since for start, end in found)
    assert all(earlier[0] < later[0] for earlier, later in pairwise(found))
    assert {start.tzinfo for start, _ in found} <= {UTC}


@given(openings, moments, spans, spans)
def test_what_starts_in_two_spans_starts_in_the_one_or_in_the_other(
    opening: Opening, since: datetime, first: timedelta, second: timedelta
) -> None:
    def starting(begin: datetime, end: datetime) -> list[datetime]:
        return [start for start, _ in occurrences(opening, begin, end) if start >= begin]

    middle, until = since + first, since + first + second

    assert starting(since, middle) + starting(middle, until) == starting(since, until)


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        (DROP_IN, [3, 10, 17, 24]),
        (replace(DROP_IN, frequency=None), [3, 10, 17, 24]),
        (replace(DROP_IN, interval=2, starts_on="2026-10-27"), [10, 24]),
        (replace(DROP_IN, interval=2, valid_from="2026-10-20"), [3, 17]),
        (replace(DROP_IN, interval=2), []),
        (replace(DROP_IN, valid_from="2026-11-10", valid_to="2026-11-17"), [10, 17]),
        (replace(DROP_IN, not_on=(date(2026, 11, 10),)), [3, 17, 24]),
        (replace(DROP_IN, also_on=(date(2026, 11, 12),)), [3, 10, 12, 17, 24]),
        (replace(DROP_IN, valid_to="2026-11-05", also_on=(date(2026, 11, 12),)), [3, 12]),
        (replace(DROP_IN, also_on=(date(2026, 11, 12),), not_on=(date(2026, 11, 12),)), [3, 10, 17, 24]),
        (replace(DROP_IN, frequency="MONTHLY", days=("2TU",)), [10]),
        (replace(DROP_IN, days=("2TU",)), [10]),
        (replace(DROP_IN, frequency="MONTHLY", days=("-1FR", "1MO")), [2, 27]),
        (replace(DROP_IN, frequency="MONTHLY", days=(), month_days="1, 15,-1"), [1, 15, 30]),
        (replace(DROP_IN, frequency="MONTHLY", days=("SU",), month_days="15"), [15]),
        (replace(DROP_IN, frequency="MONTHLY", days=(), month_days="most days"), []),
        (replace(DROP_IN, frequency="MONTHLY", days=()), []),
        (replace(DROP_IN, days=(), starts_on="2026-10-01"), [5, 12, 19, 26]),
        (replace(DROP_IN, frequency=None, days=(), starts_on="2026-11-19"), [19]),
        (replace(DROP_IN, frequency=None, days=(), also_on=(date(2026, 11, 6),)), [6]),
        (replace(DROP_IN, frequency=None, days=()), []),
        (replace(DROP_IN, opens_at=None), []),
    ],
)
def test_the_days_of_a_rule_in_november(opening: Opening, expected: list[int]) -> None:
    assert days(opening) == expected


def test_ten_in_the_morning_is_ten_by_the_clocks_on_both_sides_of_each_change() -> None:
    daily = replace(DROP_IN, days=WEEK)
    for change in (date(2026, 3, 29), date(2026, 10, 25)):
        since = datetime.combine(change - timedelta(days=2), time(), UTC)

        found = list(occurrences(daily, since, since + timedelta(days=5)))

        assert len(found) == 5
        assert {start.astimezone(LONDON).time() for start, _ in found} == {time(10)}
        assert {end - start for start, end in found} == {timedelta(hours=2)}


@pytest.mark.parametrize(
    ("on", "opens", "closes", "lasts"),
    [
        (date(2026, 3, 28), time(22), time(6), timedelta(hours=7)),
        (date(2026, 10, 24), time(22), time(6), timedelta(hours=9)),
        (date(2026, 3, 29), time(1, 15), time(2), timedelta(0)),
        (date(2026, 10, 25), time(0, 30), time(1, 30), timedelta(hours=1)),
    ],
)
def test_nights_are_as_long_as_the_clocks_make_them(
    on: date, opens: time, closes: time, lasts: timedelta
) -> None:
    night = replace(
        DROP_IN, frequency=None, days=(), starts_on=on.isoformat(), opens_at=opens, closes_at=closes
    )
    since = datetime.combine(on, time(), UTC)

    [(start, end)] = occurrences(night, since, since + timedelta(days=1))

    assert end - start == lasts


def test_a_night_that_began_yesterday_is_still_open() -> None:
    night = replace(DROP_IN, opens_at=time(22), closes_at=time(2))
    one_on_wednesday = datetime(2026, 11, 11, 1, tzinfo=UTC)

    [(start, end)] = occurrences(night, one_on_wednesday, one_on_wednesday + timedelta(minutes=15))

    assert (start, end) == (datetime(2026, 11, 10, 22, tzinfo=UTC), datetime(2026, 11, 11, 2, tzinfo=UTC))


def test_equal_times_mean_a_whole_day_and_an_unsaid_end_an_instant() -> None:
    whole, unsaid = replace(DROP_IN, closes_at=time(10)), replace(DROP_IN, closes_at=None)

    [first, *_] = occurrences(whole, *NOVEMBER)
    [second, *_] = occurrences(unsaid, *NOVEMBER)

    assert first[1] - first[0] == timedelta(days=1)
    assert second[1] == second[0]

"""The clock of an answer: it stands on weekends and bank holidays, in London's time, and never runs beyond two weeks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from annotated_types import Ge
from hypothesis import given
from hypothesis import strategies as st

from services.capacity.settings import CapacitySettings
from services.referral.domain.answer_clock import LONGEST, answer_due
from services.referral.domain.london_days import begin_of, day_in_london
from services.referral.domain.working_days import is_working_day

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
THREE_DAYS = timedelta(hours=72)
MOMENTS = st.integers(min_value=0, max_value=5 * 365 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + minutes * MINUTE
)
HOURS = st.integers(min_value=1, max_value=24 * 14).map(lambda hours: timedelta(hours=hours))


def london(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("offered", "due"),
    [
        (london(11, 23, 10), london(11, 26, 10)),  # Monday to Thursday
        (london(11, 26, 10), london(12, 1, 10)),  # from Thursday over a weekend
        (london(11, 28, 10), london(12, 3)),  # on a Saturday: Monday, Tuesday and Wednesday
        (london(4, 2, 10), london(4, 9, 10)),  # over Easter: Good Friday and Monday are left out too
        (london(12, 24, 10), london(12, 31, 10)),  # Christmas on a Friday, Boxing Day moved to the Monday
        (london(3, 27, 10), london(4, 1, 10)),  # over the Sunday on which clocks go forward
        (
            london(7, 10, 0, 30),
            london(7, 15, 0, 30),
        ),  # half an hour past midnight here is still Thursday in UTC
    ],
)
def test_days_on_which_nobody_works_are_left_out(offered: datetime, due: datetime) -> None:
    assert answer_due(offered, THREE_DAYS) == due


def test_it_never_runs_beyond_two_weeks() -> None:
    offered = london(12, 21, 10)

    assert answer_due(offered, timedelta(hours=24 * 14)) == offered + timedelta(days=14)


@given(MOMENTS, HOURS)
def test_as_much_working_time_as_was_given_lies_between(offered: datetime, given_time: timedelta) -> None:
    due = answer_due(offered, given_time)

    worked, at = timedelta(), offered
    while at < due:
        until = min(due, begin_of(day_in_london(at) + timedelta(days=1)))
        worked += until - at if is_working_day(day_in_london(at)) else timedelta()
        at = until
    assert worked == given_time or (due == offered + LONGEST and worked < given_time)


@given(MOMENTS, st.integers(min_value=0, max_value=10_000), HOURS)
def test_what_was_offered_later_is_not_due_sooner(
    offered: datetime, minutes: int, given_time: timedelta
) -> None:
    assert answer_due(offered, given_time) <= answer_due(offered + minutes * MINUTE, given_time)


def test_capacity_keeps_a_place_for_longer_than_an_offer_can_stand() -> None:
    [shortest] = [
        each.ge for each in CapacitySettings.model_fields["hold_life_days"].metadata if isinstance(each, Ge)
    ]

    assert shortest == 15
    assert timedelta(days=15) > LONGEST

"""What is counted of referrals, and that no small count can be worked out from what is shown."""

from datetime import UTC, date, datetime
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.domain.referral_counts import Counted, growth, last_months, shown
from services.directory.use_cases.count_referrals import counted
from shared.events.envelope import new_event
from shared.events.referral import ReferralAcceptedV1, ReferralReceivedV1
from shared.figures.suppression import is_small
from shared.messaging.failures import PoisonMessage
from tests.component.referral.golden_messages import AREA, golden

ORGANISATION = UUID(int=7)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(days)
def test_twelve_months_follow_each_other_and_end_now(today: date) -> None:
    months = last_months(today)

    assert len(set(months)) == 12
    assert months[-1] == today.replace(day=1)
    assert all((after - before).days in range(28, 32) for before, after in pairwise(months))


@given(st.lists(st.integers(0, 12), min_size=2, max_size=8))
def test_no_small_count_is_shown_and_none_is_hidden_alone(numbers: list[int]) -> None:
    counts = dict(enumerate(numbers))

    told = shown(counts, [list(counts)], hide=True)

    hidden = [cell for cell, count in told.items() if count is None]
    assert all(told[cell] is None for cell, count in counts.items() if is_small(count))
    assert len(hidden) != 1, "the sum of all is told elsewhere"
    assert all(told[cell] == counts[cell] for cell in counts if cell not in hidden)


def test_all_is_shown_where_all_are_made_up() -> None:
    assert shown({"a": 1, "b": 9}, [["a", "b"]], hide=False) == {"a": 1, "b": 9}


@given(st.lists(st.integers(0, 100), min_size=12, max_size=12), st.integers(0, 100))
def test_growth_leaves_the_running_month_out(months: list[int], now: int) -> None:
    assert growth([*months, now]) == sum(months[-3:]) - sum(months[-6:-3])


@pytest.mark.parametrize("hidden", [1, 2, 3, 4, 5, 6])
def test_growth_is_not_told_where_a_month_of_it_is_hidden(hidden: int) -> None:
    months: list[int | None] = [10] * 8
    months[hidden] = None

    assert growth(months) is None
    assert growth([10] * 4) is None


def test_a_referral_counts_once_a_need_and_once_by_its_door_in_london_s_month() -> None:
    last_minute = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # it is July in London by then
    event = golden(
        ReferralReceivedV1, "full", needs=["carers", "housing", "carers"], door="self",
        received_at=last_minute.isoformat(),
    )  # fmt: skip

    july = date(2026, 7, 1)
    assert list(counted(event)) == [
        Counted(AREA, july, "door", "self"),
        Counted(AREA, july, "need", "carers"),
        Counted(AREA, july, "need", "housing"),
    ]


def test_a_place_counts_for_the_organisation_and_holds_nobody() -> None:
    event = golden(ReferralAcceptedV1, "full", organisation_id=str(ORGANISATION))

    [one] = counted(event)
    assert (one.kind, one.code) == ("organisation", str(ORGANISATION))
    for anybody in (event.data.person_id, event.data.referral_id, event.data.leg_id):
        assert str(anybody) not in repr(one)


def test_an_event_of_no_area_is_put_aside() -> None:
    event = new_event(golden(ReferralReceivedV1, "full").data, area=None)

    with pytest.raises(PoisonMessage, match="no-area"):
        list(counted(event))

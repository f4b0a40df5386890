"""When an entry counts as due, stale and old, here and where it ranks lower for it."""

from datetime import date, timedelta

import pytest

from services.directory.domain.freshness import POLICY, Freshness, freshness_of
from services.directory.search.ranking_policy import POLICY as RANKING

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "fresh"), (182, "fresh"), (183, "due"), (212, "due"), (213, "stale"), (364, "stale"), (365, "old")],
)
def test_an_entry_ages_by_the_day_of_the_last_word(days: int, expected: Freshness) -> None:
    assert freshness_of(TODAY - timedelta(days=days), TODAY) == expected


def test_an_entry_that_nobody_ever_confirmed_is_stale() -> None:
    assert freshness_of(None, TODAY) == "stale"


def test_search_lets_entries_sink_on_the_same_days() -> None:
    assert (RANKING.days_until_stale, RANKING.days_until_old) == (
        POLICY.days_until_stale,
        POLICY.days_until_old,
    )


def test_organisations_are_asked_before_their_entry_is_stale() -> None:
    last = POLICY.days_until_reminder + sum(POLICY.days_between_reminders)
    assert (POLICY.reminders, last < POLICY.days_until_stale) == (3, True)

"""Bands, groups and ages."""

from datetime import date

import pytest

from services.referral.domain.wants import age_band, groups_of
from services.referral.use_cases.refer_person import age_on


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "under 18"),
        (17, "under 18"),
        (18, "18 to 24"),
        (59, "40 to 59"),
        (74, "60 to 74"),
        (75, "75 or over"),
    ],
)
def test_a_provider_sees_a_band(age: int, band: str) -> None:
    assert age_band(age) == band


def test_the_sex_that_was_given_counts_as_a_group() -> None:
    assert groups_of(frozenset({"carers"}), "female") == {"carers", "women"}
    assert groups_of(frozenset(), None) == frozenset()


@pytest.mark.parametrize(("day", "age"), [(date(2026, 2, 28), 25), (date(2026, 3, 1), 26)])
def test_full_years_are_counted(day: date, age: int) -> None:
    assert age_on(day, date(2000, 2, 29)) == age

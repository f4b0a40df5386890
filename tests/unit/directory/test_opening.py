"""Evenings and weekends are those that help people who work in the day."""

from datetime import time
from uuid import uuid4

import pytest

from services.directory.domain.opening import Opening


@pytest.mark.parametrize(
    ("opens", "closes", "is_evening"),
    [
        (time(9), time(17), False),
        (time(9), time(17, 30), False),
        (time(9), time(18), False),
        (time(9), time(20), True),
        (time(17), time(18), True),
        (time(20), time(2), True),
        (None, None, False),
    ],
)
def test_an_opening_counts_as_evening_when_someone_who_works_until_five_can_come(
    opens: time | None, closes: time | None, *, is_evening: bool
) -> None:
    assert Opening(uuid4(), opens_at=opens, closes_at=closes).in_the_evening is is_evening


def test_the_second_saturday_of_the_month_is_a_weekend() -> None:
    assert Opening(uuid4(), days=("2SA",)).at_the_weekend
    assert not Opening(uuid4(), days=("MO", "FR")).at_the_weekend

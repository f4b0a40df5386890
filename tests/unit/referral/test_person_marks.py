"""What two referrals of one person have in common, however it is written, and what people who share a home do not."""

from datetime import date
from typing import Any

import pytest

from services.referral.domain.person_marks import identities

AREA, BORN = "E09000009", date(1950, 5, 17)


def known_by(area: str = AREA, born: date = BORN, **said: str | None) -> set[bytes]:
    return set(identities(area, born, **{"nhs_number": None, "email": None, "phone": None, **said}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"nhs_number": "9990000018"}, {"nhs_number": "999 000 0018"}),
        ({"email": "amina@example.org"}, {"email": " Amina@Example.org "}),
        ({"phone": "07700 900123"}, {"phone": "+44 7700 900123"}),
        ({"phone": "07700 900123"}, {"phone": "0044 7700900123"}),
        ({"nhs_number": "9990000018", "phone": "07700 900123"}, {"nhs_number": "9990000018"}),
    ],
)
def test_the_same_person_is_known_again(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert known_by(**one) & known_by(**other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"email": "home@example.org"}, {"email": "home@example.org", "born": date(1980, 1, 1)}),
        ({"phone": "07700 900123"}, {"phone": "07700 900123", "born": date(1980, 1, 1)}),
        ({"nhs_number": "9990000018"}, {"nhs_number": "9990000018", "area": "E09000025"}),
        ({"nhs_number": "9990000018"}, {"phone": "9990000018"}),
        ({}, {}),
    ],
)
def test_others_are_not(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not known_by(**one) & known_by(**other)

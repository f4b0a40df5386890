"""A moment is written out, with its zone, or it is none."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.service_defaults.moments import Moment

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


@pytest.mark.parametrize(
    "given", ["2026-11-22T09:30:00Z", "2026-11-22T10:30+01:00", datetime(2026, 11, 22, 9, 30, tzinfo=UTC)]
)
def test_a_moment_is_told_in_utc(given: object) -> None:
    assert MOMENT.validate_python(given) == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.asvs("V2.2.1", "V15.3.5")
@pytest.mark.parametrize(
    "given",
    [
        0,
        1_795_340_000,
        1.5,
        "1795340000",
        "-2.2e-108",
        "2026-11-22",
        "2026-11-22T09:30:00",
        "yesterday",
        "0001-01-01T00:00:00Z",
        "1899-12-31T23:59:59Z",
        "9000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        True,
        None,
    ],
)
def test_numbers_days_and_moments_without_a_zone_or_out_of_mind_are_none(given: object) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(given)

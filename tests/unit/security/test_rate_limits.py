"""Buckets: a burst, then so many a minute, each address for itself."""

from datetime import UTC, datetime, timedelta

from shared.security import rate_limits
from shared.security.rate_limits import Buckets, Limit

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
THREE = Limit("three", burst=3, per_minute=6)


def test_a_burst_is_allowed_and_then_one_every_ten_seconds() -> None:
    buckets = Buckets()

    assert [buckets.take(THREE, "a", NOW) for _ in range(4)] == [True, True, True, False]
    assert not buckets.take(THREE, "a", NOW + timedelta(seconds=9))
    assert buckets.take(THREE, "a", NOW + timedelta(seconds=11))


def test_addresses_and_limits_do_not_share() -> None:
    buckets = Buckets()
    for _ in range(3):
        buckets.take(THREE, "a", NOW)

    assert buckets.take(THREE, "b", NOW)
    assert buckets.take(Limit("other", 1, 1), "a", NOW)


def test_memory_is_bounded() -> None:
    buckets = Buckets()
    for number in range(rate_limits.MOST_ADDRESSES + 10):
        buckets.take(THREE, str(number), NOW)

    assert len(buckets._left) == rate_limits.MOST_ADDRESSES

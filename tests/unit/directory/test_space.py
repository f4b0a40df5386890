"""How much space there is: by band and never by count, known only while a provider's word counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.domain.service import Pool, Service
from services.directory.domain.space import NOT_KNOWN, Band, Signal, SignalStatus, space_of
from services.directory.oruk.read_service import read_service_record
from services.directory.oruk.write_capacity import capacity_records, words_of
from tests.unit.directory.records import POOL_ID, a_record

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
OTHER_POOL = UUID("33333333-3333-4333-8333-333333333334")


def a_service(**changes: object) -> Service:
    pools = (Pool(POOL_ID, "session", "Walk"), Pool(OTHER_POOL, "cohort", "Course"))
    return replace(read_service_record(a_record()).service, pools=pools, **changes)  # type: ignore[arg-type]


def a_signal(
    status: SignalStatus, free: int | None = None, pool_id: UUID = POOL_ID, **changes: object
) -> Signal:
    signal = Signal(pool_id, status, free, NOW - timedelta(hours=1), NOW + timedelta(days=7))
    return replace(signal, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "free", "band"),
    [
        ("open", None, "space"),
        ("open", 5, "space"),
        ("open", 4, "a-few"),
        ("limited", 1, "a-few"),
        ("limited", 0, "full"),
        ("full", 0, "full"),
        ("full", None, "full"),
        ("paused", 0, "closed-until"),
        ("unknown", 0, "not-known"),
    ],
)
def test_a_word_is_a_band(status: SignalStatus, free: int | None, band: Band) -> None:
    assert space_of(a_service(), [a_signal(status, free)], NOW).band == band


def test_a_word_that_is_too_old_counts_for_nothing_though_nobody_has_said_so() -> None:
    signal = a_signal("open", 9, expires_at=NOW + timedelta(seconds=1))

    assert space_of(a_service(), [signal], NOW).band == "space"
    assert space_of(a_service(), [signal], NOW + timedelta(seconds=1)) == NOT_KNOWN
    assert capacity_records(a_service(), [signal], NOW + timedelta(seconds=1)) == []


def test_a_service_has_as_much_space_as_the_best_of_its_pools() -> None:
    full = a_signal("full", 0, expected_wait_days=30)
    some = a_signal("limited", 2, OTHER_POOL, confirmed_at=NOW - timedelta(days=2))
    found = space_of(a_service(), [full, some], NOW)

    assert (found.band, found.said_at, found.wait_days) == ("a-few", some.confirmed_at, None)


def test_a_pool_that_the_service_no_longer_has_counts_for_nothing() -> None:
    assert space_of(a_service(), [a_signal("open", pool_id=UUID(int=7))], NOW) == NOT_KNOWN


@pytest.mark.asvs("V15.3.1")
def test_of_a_sensitive_service_nothing_is_known_and_nothing_is_written() -> None:
    hidden = a_service(sensitive=True, places=())

    assert space_of(hidden, [a_signal("open")], NOW) == NOT_KNOWN
    assert capacity_records(hidden, [a_signal("open")], NOW) == []


@pytest.mark.parametrize("status", ["inactive", "defunct", "temporarily closed"])
def test_who_takes_nobody_has_no_space_to_show(status: str) -> None:
    assert space_of(a_service(status=status), [a_signal("open")], NOW) == NOT_KNOWN
    assert capacity_records(a_service(status=status), [a_signal("open")], NOW) == []


@given(st.integers(0, 1000))
def test_the_number_given_is_a_step_that_is_reached_and_never_the_count(free: int) -> None:
    (record,) = capacity_records(a_service(), [a_signal("limited", free)], NOW)

    available = record["available"]
    assert available in {0, 1, 5, 10, 20, 50}
    assert isinstance(available, int)
    assert available <= free
    of_the_same_step = {0: 0, 1: 4, 5: 9, 10: 19, 20: 49, 50: 1000}[available]
    assert free <= of_the_same_step
    assert "maximum" not in record


@pytest.mark.parametrize(
    ("signal", "available", "words"),
    [
        (a_signal("open"), 50, "space for all who come"),
        (a_signal("open", 3), 1, "1 to 4 places"),
        (a_signal("open", 7), 5, "5 to 9 places"),
        (a_signal("open", 60), 50, "50 places or more"),
        (a_signal("full"), 0, "full"),
        (a_signal("full", expected_wait_days=28), 0, "full, a wait of about 28 days"),
        (a_signal("paused", paused_until=NOW + timedelta(days=1)), 0, "closed until 23 November 2026"),
    ],
)
def test_the_band_is_said_in_words(signal: Signal, available: int, words: str) -> None:
    (record,) = capacity_records(a_service(), [signal], NOW)

    assert words_of(signal) == words
    assert (record["available"], record["description"]) == (available, f"Walk: {words}")
    assert record["updated"] == "2026-11-22T08:30:00.000Z"


def test_each_pool_has_a_record_of_its_own_that_keeps_its_id() -> None:
    signals = [a_signal("open", 3), a_signal("full", 0, OTHER_POOL)]
    records = capacity_records(a_service(), signals, NOW)
    again = capacity_records(a_service(), [a_signal("full")], NOW)

    assert len({record["id"] for record in records}) == 2
    assert again[0]["id"] == records[0]["id"]


@pytest.mark.parametrize(
    ("capacities", "remarked"),
    [
        ([{"available": 12, "maximum": 10}], ["capacities[0].available"]),
        ([{"available": 10, "maximum": 10}, "ten", {"available": "12", "maximum": 1}], []),
        ("none", []),
    ],
)
def test_more_free_than_there_can_be_is_remarked_on_and_refuses_nothing(
    capacities: object, remarked: list[str]
) -> None:
    read = read_service_record(a_record(capacities=capacities))

    assert [each.field for each in read.remarks] == remarked
    assert read.service == read_service_record(a_record()).service

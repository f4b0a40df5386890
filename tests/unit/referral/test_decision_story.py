"""A kept decision as a link worker reads it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.referral.domain.decision_story import FOR_BARRIER, PastDecision, SuitedThen, told_to_worker
from services.referral.domain.suitability import Barrier

BROMLEY_MIND = UUID(int=1)


def suited(number: int, status: str = "open", free: int | None = 3, **more: Any) -> SuitedThen:
    return SuitedThen(UUID(int=number), status, free, **more)


def told(*those: SuitedThen, chosen: UUID | None = BROMLEY_MIND, **changes: Any) -> str:
    decision = PastDecision(
        UUID(int=9), datetime(2026, 11, 22, 12, tzinfo=UTC), "request", "nearest-that-fits-2", "pl", chosen,
        suited=those, **changes,
    )  # fmt: skip
    return told_to_worker(decision, {BROMLEY_MIND: "Bromley Mind"}.__getitem__, {"pl": "Polish"}.__getitem__)


def test_it_reads_as_a_sentence() -> None:
    asked = suited(1, kilometres=2, speaks_own_language=True)
    full = [suited(n, "full", 0) for n in (2, 3, 4)]

    assert told(asked, *full, barriers={"age": 2, "language": 1, "hours": 1}, excluded=4) == (
        "Asked Bromley Mind first: open, 2 km, speaks Polish. Three others suit: three full. "
        "Four do not: two for age, one for hours, one for language."
    )


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (suited(2), "after it in order"),
        (suited(2, kept_for_earlier=True), "kept for people who came first"),
        (suited(2, "open", 0), "full"),
        (suited(2, "full", 0, kept_for_earlier=True), "full"),
        (suited(2, "paused", 0), "paused"),
        (suited(2, "unknown", 0), "not heard from lately"),
    ],
)
def test_it_says_why_another_was_not_asked(other: SuitedThen, why: str) -> None:
    assert told(suited(1, "limited"), other) == (
        f"Asked Bromley Mind first: a few places. One other suits: one {why}."
    )


def test_it_says_who_is_there_for_the_person() -> None:
    assert told(suited(1, fits_a_group=True)) == "Asked Bromley Mind first: open, there for people like them."
    assert "open, a specialist for them" in told(suited(1, fits_a_group=True, is_specialist=True))


def test_it_says_that_somebody_waits_and_for_what() -> None:
    assert told(suited(2, "full", 0), chosen=None) == (
        "Waits: no service that suits has a place to give. One suits: one full."
    )


def test_it_says_that_nothing_suits_or_is_there() -> None:
    assert told(chosen=None, barriers={"travel": 12}, excluded=12) == (
        "No service suits. 12 do not: 12 for travel."
    )
    assert told(chosen=None) == "There is no service for this need in this area."


def test_every_barrier_has_words() -> None:
    assert set(FOR_BARRIER) == set(Barrier)

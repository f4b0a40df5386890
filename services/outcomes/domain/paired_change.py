"""How much a measure changed for people who answered both before and after their support.

Each person counts once, however many needs they were referred for: the earliest `before` is paired with the
latest `after`. The mean is of the persons' changes, rounded once, at the end, to two decimals, halves away
from zero. Who answered before and not after is counted as missing, never guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal
from uuid import UUID

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Measure:
    """One recorded score of one person."""

    person_id: UUID
    occasion: Literal["before", "after"]
    recorded_at: datetime
    score: Decimal


@dataclass(frozen=True, slots=True)
class PairedChange:
    """The mean change of `people` persons; None when there is nobody to take a mean of."""

    mean: Decimal | None
    people: int
    missing_follow_up: int


def paired_change(measures: Iterable[Measure]) -> PairedChange:
    """The paired change over all persons with a `before`."""
    before: dict[UUID, Decimal] = {}
    after: dict[UUID, Decimal] = {}
    for measure in sorted(measures, key=lambda each: (each.recorded_at, each.score)):
        if measure.occasion == "before":
            before.setdefault(measure.person_id, measure.score)
        else:
            after[measure.person_id] = measure.score
    paired = before.keys() & after.keys()
    total = sum((after[person] - before[person] for person in paired), Decimal(0))
    mean = (total / len(paired)).quantize(CENT, ROUND_HALF_UP) if paired else None
    return PairedChange(mean, len(paired), len(before.keys() - after.keys()))

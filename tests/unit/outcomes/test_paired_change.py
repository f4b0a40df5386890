"""Change is paired by person: earliest before, latest after, and who is missing is counted."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Literal
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.outcomes.domain.paired_change import Measure, PairedChange, paired_change

START = datetime(2026, 11, 1, tzinfo=UTC)


def measure(person: UUID, occasion: Literal["before", "after"], score: str, day: int = 0) -> Measure:
    return Measure(person, occasion, START + timedelta(days=day), Decimal(score))


def test_each_person_counts_once_from_earliest_before_to_latest_after() -> None:
    ada = uuid4()
    measures = [
        measure(ada, "before", "20.00", day=0),
        measure(ada, "before", "25.00", day=3),
        measure(ada, "after", "22.00", day=80),
        measure(ada, "after", "24.50", day=90),
    ]

    assert paired_change(measures) == PairedChange(Decimal("4.50"), people=1, missing_follow_up=0)


def test_a_person_without_an_after_is_missing_and_not_in_the_mean() -> None:
    ada, bo = uuid4(), uuid4()
    measures = [
        measure(ada, "before", "20.00"),
        measure(ada, "after", "19.00", 90),
        measure(bo, "before", "9.51"),
    ]

    assert paired_change(measures) == PairedChange(Decimal("-1.00"), people=1, missing_follow_up=1)


def test_an_after_without_a_before_counts_nowhere() -> None:
    assert paired_change([measure(uuid4(), "after", "30.70")]) == PairedChange(None, 0, 0)


def test_the_mean_is_rounded_once_with_halves_away_from_zero() -> None:
    people = [uuid4() for _ in range(8)]
    befores = [measure(person, "before", "10.00") for person in people]
    after = [measure(person, "after", "10.00", 90) for person in people[1:]]

    up = paired_change([*befores, *after, measure(people[0], "after", "10.04", 90)])
    down = paired_change([*befores, *after, measure(people[0], "after", "9.96", 90)])

    assert (up.mean, down.mean) == (Decimal("0.01"), Decimal("-0.01"))


scores = st.decimals(7, 35, places=2)


@given(st.dictionaries(st.uuids(), st.tuples(scores, st.none() | scores)), st.randoms())
def test_the_order_of_arrival_does_not_matter(
    people: dict[UUID, tuple[Decimal, Decimal | None]], random: Random
) -> None:
    measures = [
        *(Measure(person, "before", START, before) for person, (before, _) in people.items()),
        *(Measure(person, "after", START, after) for person, (_, after) in people.items() if after),
    ]
    expected = paired_change(measures)

    random.shuffle(measures)

    assert paired_change(measures) == expected
    assert expected.people + expected.missing_follow_up == len(people)

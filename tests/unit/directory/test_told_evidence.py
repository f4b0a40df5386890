"""What a service did for people, in words: true ones, and none where there are too few people."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.domain.evidence import NOT_TOLD, Evidence, together
from services.directory.entrypoints.finding.told_evidence import ToldEvidence

fives = st.none() | st.integers(1, 200).map(lambda fives: fives * 5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("2.4", "went up by 2.4 points"),
        ("-0.5", "went down by 0.5 points"),
        ("0.0", "stayed the same"),
        ("-0.0", "stayed the same"),
    ],
)
def test_the_change_is_said_with_its_direction(change: str, words: str) -> None:
    assert words in ToldEvidence(Evidence(answered=15, mean_change=Decimal(change))).change()


@pytest.mark.parametrize(
    ("felt", "words"),
    [("most-better", "Most"), ("half-better", "About half"), ("few-better", "Fewer than half")],
)
def test_how_many_felt_better_is_said_in_words(felt: str, words: str) -> None:
    assert ToldEvidence(Evidence(answered=15, felt=felt)).felt().startswith(words)  # type: ignore[arg-type]


def test_of_nothing_nothing_is_said() -> None:
    told = ToldEvidence(NOT_TOLD)

    assert not told.is_told
    assert (told.in_short(), told.came(), told.answered(), told.change(), told.bars()) == ("", "", "", "", [])


@given(fives, fives, fives)
def test_bars_are_as_long_as_their_numbers(
    placed: int | None, helped: int | None, answered: int | None
) -> None:
    bars = ToldEvidence(Evidence(placed=placed, helped=helped, answered=answered)).bars()

    assert [bar.people for bar in bars] in ([each for each in (placed, helped, answered) if each], [])
    assert all(0 <= bar.width <= 100 for bar in bars)
    assert not bars or max(bar.width for bar in bars) == 100


@given(fives, fives)
def test_how_many_of_ten_came_is_out_by_less_than_one(placed: int | None, helped: int | None) -> None:
    """Both are counted in fives: up to four people more of each are not told."""
    ten = Evidence(placed=placed, helped=helped).came_of_ten

    if ten is not None and placed and helped and helped + 4 <= placed:
        true = [10 * (helped + more) / (placed + others) for more in range(5) for others in range(5)]
        assert all(abs(ten - each) < 1.5 for each in true)
    assert ten is None or 0 <= ten <= 10


def evidence(
    placed: int | None,
    helped: int | None,
    answered: int | None = None,
    change: str | None = None,
    **more: Any,
) -> Evidence:
    mean = Decimal(change) if change else None
    return Evidence(date(2026, 11, 9), placed, helped, answered, mean, **more)


def test_two_entries_of_one_service_add_up_and_each_answer_weighs_the_same() -> None:
    many = evidence(50, 40, 30, "2.0", felt="most-better")
    few = evidence(None, 10, 10, "4.0", felt="most-better")

    assert together([many, few]) == evidence(50, 50, 40, "2.5", felt="most-better")
    assert together([few, many]) == together([many, few])


def test_what_entries_say_differently_is_not_said_of_both() -> None:
    better, worse = evidence(5, 5, 5, "3.0", felt="most-better"), evidence(5, 5, 5, felt="few-better")

    assert together([better, worse]) == evidence(10, 10, 10)


def test_an_entry_that_says_nothing_adds_nothing() -> None:
    one = evidence(5, 5, 5, "3.0", felt="most-better")

    assert together([one, NOT_TOLD]) == together([one]) == one
    assert together([]) == NOT_TOLD

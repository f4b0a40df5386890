"""Small counts are hidden, and so is what would give them away."""

from hypothesis import given
from hypothesis import strategies as st

from shared.figures.suppression import Sum, hidden_cells, is_small


def test_counts_from_one_to_four_are_hidden() -> None:
    counts = dict(zip("abcdef", (0, 1, 4, 5, 2, 90), strict=True))

    assert hidden_cells(counts, []) == {"b", "c", "e"}


def test_a_lone_hidden_part_takes_the_next_smallest_with_it() -> None:
    counts = {"gp": 3, "self": 12, "housing": 7, "all": 22}

    assert hidden_cells(counts, [Sum("all", ("gp", "self", "housing"))]) == {"gp", "housing"}


def test_a_zero_is_shown_while_another_can_be_hidden() -> None:
    counts = {"gp": 3, "self": 0, "housing": 7, "all": 10}

    assert hidden_cells(counts, [Sum("all", ("gp", "self", "housing"))]) == {"gp", "housing"}


def test_the_total_is_hidden_where_it_equals_its_only_small_part() -> None:
    counts = {"gp": 3, "self": 0, "all": 3}

    assert hidden_cells(counts, [Sum("all", ("gp", "self"))]) == {"gp", "all"}


def test_nothing_is_hidden_in_a_table_without_small_counts() -> None:
    assert hidden_cells({"a": 5, "b": 0, "all": 5}, [Sum("all", ("a", "b"))]) == frozenset()


@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=1, max_size=6))
def test_no_sum_of_a_table_gives_a_hidden_count_away(rows: list[list[int]]) -> None:
    counts = {(r, c): count for r, row in enumerate(rows) for c, count in enumerate(row)}
    height, width = len(rows), 3
    counts |= {(r, width): sum(row) for r, row in enumerate(rows)}
    counts |= {(height, c): sum(counts[r, c] for r in range(height)) for c in range(width + 1)}
    sums = [Sum((r, width), tuple((r, c) for c in range(width))) for r in range(height + 1)]
    sums += [Sum((height, c), tuple((r, c) for r in range(height))) for c in range(width + 1)]

    hidden = hidden_cells(counts, sums)

    assert {cell for cell, count in counts.items() if is_small(count)} <= hidden
    assert all(len(hidden.intersection(each.members)) != 1 for each in sums)

"""Areas as a dated tree, and what a merger of boards does to it."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.vocabulary.areas import AreaSpell, AreaTree, areas, areas_below
from shared.vocabulary.vocabulary import LONDON_AREA, boroughs

CAMDEN, EALING, NEWHAM = "E09000007", "E09000009", "E09000025"
NORTH_CENTRAL, WEST_AND_NORTH, NORTH_EAST = "E54000028", "E54000071", "E54000029"
BEFORE, MERGER = date(2026, 3, 31), date(2026, 4, 1)
days = st.dates(date(2022, 7, 1), date(2030, 1, 1))


@given(days)
def test_london_has_its_boroughs_on_every_day_each_in_one_board(day: date) -> None:
    boards = areas().of_kind("ics", day)
    held = [code for board in boards for code in areas_below(board, day) if code.startswith("E09")]

    assert sorted(held) == sorted(boroughs())
    assert set(boroughs()) < areas_below(LONDON_AREA, day)


def test_boards_merge_on_their_day() -> None:
    assert CAMDEN in areas_below(NORTH_CENTRAL, BEFORE)
    assert EALING not in areas_below(NORTH_CENTRAL, BEFORE)
    assert areas_below(WEST_AND_NORTH, BEFORE) == frozenset()
    assert areas_below(NORTH_CENTRAL, MERGER) == frozenset()
    assert {CAMDEN, EALING} < areas_below(WEST_AND_NORTH, MERGER)


def test_a_role_in_a_merged_board_reaches_what_it_reached_before_and_no_more() -> None:
    before = areas().reached(NORTH_CENTRAL, BEFORE)
    after = areas().reached(NORTH_CENTRAL, MERGER + timedelta(days=200))

    assert before == after
    assert CAMDEN in after
    assert EALING not in after


def test_neighbourhoods_lie_in_their_borough_and_board() -> None:
    assert "K09025001" in areas_below(NEWHAM, MERGER)
    assert "K09025001" in areas_below(NORTH_EAST, MERGER)
    assert areas_below("K09025001", MERGER) == {"K09025001"}


def test_what_is_not_known_holds_nothing() -> None:
    assert areas_below("E99999999", MERGER) == frozenset()
    assert areas().reached("E99999999", MERGER) == frozenset()
    assert areas_below(NEWHAM, date(1999, 1, 1)) == frozenset()


def test_what_left_a_merged_area_altogether_is_reached_no_more() -> None:
    tree = AreaTree(
        [
            AreaSpell("A", "Old board", "ics", None, date(2020, 1, 1), date(2021, 1, 1)),
            AreaSpell("B", "Abolished", "borough", "A", date(2020, 1, 1), date(2021, 1, 1)),
        ]
    )

    assert tree.reached("A", date(2020, 6, 1)) == {"A", "B"}
    assert tree.reached("A", date(2022, 1, 1)) == {"A"}

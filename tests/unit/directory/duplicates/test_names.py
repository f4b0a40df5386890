"""Names are compared as people read them: spelling forgiven, sessions told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.duplicates.names import likeness_of, meaning, split, told, without_phrase


def alike(one: str, other: str) -> float:
    return likeness_of(meaning(split(one)), meaning(split(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Men's Shed", "Mens Shed"),
        ("Bereavement Café", "bereavement cafe"),
        ("Knit & Natter", "Knit and Natter"),
        ("The Carers Support Service", "Carer's Support"),
        ("Lunch Club", "Luncheon Club"),
        ("Food Bank", "Foodbank"),
        ("Walk and Talk", "Walking and talking"),
        ("Hackney Debt Advice", "Debt Advise"),
    ],
)
def test_the_same_name_written_otherwise_is_the_same(one: str, other: str) -> None:
    assert alike(one, other) >= 0.8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Walking Group", "Choir"),
        ("Young Carers Group", "Bereavement Group"),
        ("Art Class", "Cookery Class"),
        ("Men", "Women"),
    ],
)
def test_names_that_share_only_general_words_are_not_alike(one: str, other: str) -> None:
    assert alike(one, other) < 0.55


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_share_and_has_no_direction(one: str, other: str) -> None:
    left, right = meaning(split(one)), meaning(split(other))

    assert 0 <= likeness_of(left, right) <= 1
    assert likeness_of(left, right) == pytest.approx(likeness_of(right, left))
    assert likeness_of(left, left) == (1 if left else 0)


def test_a_name_says_its_day_its_people_and_its_number() -> None:
    assert told(split("Tuesdays: Women's Yoga, level 2, beginners")) == {
        ("day", "2"),
        ("sex", "women"),
        ("number", "2"),
        ("level", "1"),
    }


def test_an_organisation_is_left_out_where_its_words_stand_together() -> None:
    name = split("Hackney Carers Centre: carers support")

    assert without_phrase(name, split("Hackney Carers Centre")) == ("carers", "support")
    assert without_phrase(name, split("Carers Hackney")) == name
    assert without_phrase(name, ()) == name

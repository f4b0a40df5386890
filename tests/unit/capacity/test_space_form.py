"""The one-tap form: what was tapped and typed → a statement, or words about what to put right."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.capacity.domain.pool import Statement
from services.capacity.domain.status import Status
from services.capacity.entrypoints.http_schemas import MOST_PLACES
from services.capacity.entrypoints.space_form import BUTTONS, HOW_MANY, SpaceForm, ToPutRight, read_space_form
from tests.unit.capacity.ledgers import NOW


@pytest.mark.parametrize(
    ("tap", "free", "status", "places"),
    [
        ("full", "", Status.FULL, None),
        ("open", " 4 ", Status.OPEN, 4),
        ("open", "1000", Status.OPEN, 1000),
        ("limited", "1", Status.LIMITED, 1),
        ("no-limit", "7", Status.OPEN, None),
        ("paused", "", Status.PAUSED, None),
    ],
)
def test_each_button_says_its_signal(tap: str, free: str, status: Status, places: int | None) -> None:
    said = read_space_form(SpaceForm(tap=tap, free=free, version_seen="3"), NOW)

    assert isinstance(said, Statement)
    assert (said.status, said.free, said.version_seen, said.tapped_at) == (status, places, 3, NOW)


@pytest.mark.parametrize("free", ["", "0", "1001", "-1", "2.5", "four", "٤", "9" * 40])
@pytest.mark.parametrize("tap", ["open", "limited"])
def test_a_number_that_cannot_be_is_put_into_words(tap: str, free: str) -> None:
    wrong = read_space_form(SpaceForm(tap=tap, free=free), NOW)

    assert isinstance(wrong, ToPutRight)
    assert wrong.field == "free"
    assert "from 1 to 1000" in wrong.message


def test_a_break_has_the_length_that_was_picked() -> None:
    said = read_space_form(SpaceForm(tap="paused", pause_weeks="2"), NOW)

    assert isinstance(said, Statement)
    assert said.paused_until == NOW + timedelta(weeks=2)


@given(
    tap=st.sampled_from([*BUTTONS, "", "opne"]) | st.text(max_size=10),
    free=st.text(max_size=40),
    weeks=st.text(max_size=5),
    seen=st.text(max_size=40),
)
def test_no_input_breaks_the_form(tap: str, free: str, weeks: str, seen: str) -> None:
    said = read_space_form(SpaceForm(tap=tap, free=free, pause_weeks=weeks, version_seen=seen), NOW)

    if isinstance(said, Statement):
        assert tap in BUTTONS
        assert said.free is None or 1 <= said.free <= 1000
        assert 0 <= said.version_seen <= 2_147_483_647


def test_the_words_about_the_number_name_the_limit_that_holds() -> None:
    assert f"from 1 to {MOST_PLACES}." in HOW_MANY

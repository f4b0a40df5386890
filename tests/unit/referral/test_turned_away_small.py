"""Small numbers of refusals are hidden, and what would give them away."""

from services.referral.entrypoints.turned_away_pages import _shown
from services.referral.storage.turned_away import Counted

AREA = "E09000009"


def counted(*times: int) -> list[Counted]:
    return [
        Counted("declined", f"reason-{number}", "housing", AREA, None, n) for number, n in enumerate(times)
    ]


def test_a_small_number_takes_the_next_with_it() -> None:
    assert [times for _, times in _shown(counted(2, 9, 30), small=False)] == [None, None, 30]


def test_large_numbers_are_shown_to_the_nearest_five() -> None:
    assert [times for _, times in _shown(counted(5, 9), small=False)] == [5, 10]


def test_a_span_that_is_a_day_longer_does_not_tell_what_happened_on_that_day() -> None:
    assert _shown(counted(10, 20), small=False)[0][1] == _shown(counted(11, 20), small=False)[0][1]


def test_made_up_people_are_counted_as_they_are() -> None:
    assert [times for _, times in _shown(counted(1, 9), small=True)] == [1, 9]

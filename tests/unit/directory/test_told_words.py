"""Space, freshness and reasons in words: never a number of places, never a claim that nobody made."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.directory.domain.space import BEST_FIRST, Space
from services.directory.entrypoints.finding.told_choices import language_name, told_miles
from services.directory.entrypoints.finding.told_space import TAGS, ToldFreshness, ToldSpace
from services.directory.entrypoints.finding.told_why import signed, told_reasons
from services.directory.search.query import Result, Why
from services.directory.search.ranking_policy import POLICY
from shared.web.phrases import speaking

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
TODAY = date(2026, 11, 22)
EACH_PART = (
    Why("words", 8, ("lunch",)),
    Why("meant", 10, ("lonely", "needs", "loneliness")),
    Why("meant", 10, ("housing", "needs", "housing")),
    Why("meant", 10, ("older", "groups", "older-people")),
    Why("meant", 10, ("somali", "languages", "so")),
    Why("meant", 10, ("ramp", "access", "step-free")),
    Why("meant", 10, ("visit", "delivery", "home-visit")),
    Why("meant", 10, ("tonight", "when", "evenings")),
    Why("meant", 10, ("free", "space", "yes")),
    Why("meant", 10, ("woman", "worker_sex", "female")),
    Why("group", 10, ("men",)),
    Why("language", 5, ("so",)),
    Why("open", 3, ("now",)),
    Why("distance", -6),
    Why("space", 6),
    Why("full", -4),
    Why("confirmed-lately", 2),
    Why("stale", -5),
    Why("old", -15),
)


@pytest.mark.parametrize(
    ("said_at", "words"),
    [
        (NOW - timedelta(minutes=1), "They said so today."),
        (NOW - timedelta(minutes=31), "They said so 1 day ago."),  # 23:59 by London's clocks
        (NOW - timedelta(days=3), "They said so 3 days ago."),
    ],
)
def test_how_long_ago_counts_days_by_londons_clocks(said_at: datetime, words: str) -> None:
    assert ToldSpace(Space("space", said_at), NOW).said() == words


def test_each_band_has_words_but_the_one_of_which_nothing_is_known() -> None:
    assert {band for band in BEST_FIRST if ToldSpace(Space(band), NOW).is_known} == set(TAGS)
    assert set(BEST_FIRST) - set(TAGS) == {"not-known"}


@pytest.mark.parametrize(("days", "words"), [(1, "1 week"), (7, "1 week"), (8, "2 weeks"), (None, "")])
def test_a_wait_is_told_in_whole_weeks_and_never_too_short(days: int | None, words: str) -> None:
    told = ToldSpace(Space("full", NOW, wait_days=days), NOW).what_to_expect()

    assert words in told
    assert bool(told) is (days is not None)


def test_a_pause_says_when_it_ends() -> None:
    space = Space("closed-until", NOW, closed_until=datetime(2026, 12, 1, tzinfo=UTC))

    assert ToldSpace(space, NOW).what_to_expect() == "They start again on Tuesday 1 December 2026."


@pytest.mark.parametrize(
    ("days", "stale", "old"),
    [
        (0, False, False),
        (POLICY.days_until_stale - 1, False, False),
        (POLICY.days_until_stale, True, False),
        (POLICY.days_until_old, True, True),
        (None, True, False),
    ],
)
def test_pages_call_stale_what_ranks_as_stale(days: int | None, *, stale: bool, old: bool) -> None:
    confirmed = None if days is None else TODAY - timedelta(days=days)
    told = ToldFreshness(confirmed, TODAY)

    assert (told.is_stale, told.is_old) == (stale, old)


@pytest.mark.parametrize("why", EACH_PART, ids=lambda why: "-".join((why.part, *why.told)))
def test_every_part_of_a_rank_has_words_in_every_language(why: Why) -> None:
    result = Result(UUID(int=1), why.points, (why,))

    (english,) = told_reasons(result)
    with speaking("pl", show_unchecked=True):
        (polish,) = told_reasons(result)

    assert str(english.words).strip()
    assert str(polish.words) != str(english.words)
    assert "<span" not in polish.words.__html__(), "it stayed English"


def test_the_heaviest_reason_comes_first_and_minus_is_a_minus() -> None:
    result = Result(UUID(int=1), 4, (Why("space", 6), Why("confirmed-lately", 2), Why("full", -4)))

    assert [reason.points for reason in told_reasons(result)] == ["+6", "\N{MINUS SIGN}4", "+2"]
    assert signed(0) == "0"


def test_languages_are_named_in_the_language_of_the_page() -> None:
    assert language_name("so") == "Somali"
    with speaking("pl", show_unchecked=True):
        assert language_name("so") == "somalijski"
        assert language_name("pt-BR") == "portugalski"


def test_one_mile_is_one() -> None:
    assert (told_miles(1), told_miles(3)) == ("Up to 1 mile away", "Up to 3 miles away")

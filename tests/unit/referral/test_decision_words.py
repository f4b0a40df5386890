"""Why somebody was asked for, waits, or got nothing, as they read it themselves."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

import pytest

from services.referral.domain.decision_story import PastDecision, SuitedThen
from services.referral.domain.leg import LegState
from services.referral.domain.suitability import UnmetReason
from services.referral.entrypoints.decision_words import WHY_NONE, decision_for_person
from shared.web.phrases import plain, speaking
from tests.unit.referral.examples import leg

ASKED, OTHER = UUID(int=1), UUID(int=2)


def decision(**changes: Any) -> PastDecision:
    suited = (SuitedThen(ASKED, "open", 1, speaks_own_language=True), SuitedThen(OTHER, "full", 0))
    made = PastDecision(
        UUID(int=9), datetime(2026, 11, 22, 12, tzinfo=UTC), "request", "nearest-that-fits-2", "so", ASKED,
        suited=suited, barriers={"age": 3}, excluded=3,
    )  # fmt: skip
    return replace(made, **changes)


def told(made: PastDecision | None, state: LegState = LegState.OFFERED, language: str = "en") -> str:
    with speaking(language, show_unchecked=True):
        return plain(decision_for_person(leg(state=state), made))


def test_who_was_asked_for_reads_why() -> None:
    assert told(decision()) == (
        "We looked at 5 groups. 2 of them are right for you. We asked the one that fits you best and has space."
        " People there speak your language."
    )


def test_who_waits_reads_how_many_are_right_for_them() -> None:
    waits = decision(chosen=None, suited=(SuitedThen(OTHER, "full", 0),), excluded=0)

    assert told(waits, LegState.WAITING) == "We looked at 1 group. 1 of them is right for you."


def test_who_got_nothing_reads_what_stood_against_it() -> None:
    nothing = decision(chosen=None, suited=(), unmet_reason="language")

    assert told(nothing, LegState.UNMET) == "We looked at 3 groups. Most of them do not speak your language."


@pytest.mark.parametrize("state", [LegState.MATCHING, LegState.ACCEPTED, LegState.WITHDRAWN])
def test_a_leg_that_has_gone_on_says_nothing_of_it(state: LegState) -> None:
    assert told(decision(), state) == ""
    assert told(None) == ""


def test_every_reason_has_words() -> None:
    assert set(WHY_NONE) == set(get_args(UnmetReason))


@pytest.mark.parametrize("language", ["so", "ar", "bn", "pl"])
def test_it_is_told_in_every_language_of_the_pages(language: str) -> None:
    english = told(decision())

    assert told(decision(), language=language)
    assert not {*told(decision(), language=language).split()} & {*english.split()} - {"5", "2"}

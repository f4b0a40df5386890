"""Help to attend is a leg beside a place: it can begin with that place alone, and can change nothing of it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.errors import StepNotAllowed
from services.referral.domain.fact_kind import FactKind
from services.referral.domain.help_to_attend import (
    HELPS_WITH,
    MAIN_PLACE_ENDED,
    ask_beside,
    end_with_main_place,
    helped_with,
    needs_met,
)
from services.referral.domain.leg import (
    LIVE,
    WITH_PLACE_TAKEN,
    WITH_PLACE_UNDER_WAY,
    Beside,
    LegState,
    Placement,
)
from services.referral.domain.place_answers import answer_held, answer_refused, answer_taken
from services.referral.domain.suitability import Barrier, barriers
from tests.unit.referral.examples import NOON, leg, pool, wants

PLACE = Placement(UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4))
ALONG = Placement(UUID(int=5), UUID(int=6), UUID(int=7), UUID(int=8))
HELPED = wants(
    language="so",
    access=frozenset({"step-free"}),
    can_travel=False,
    help_to_attend=frozenset({"interpreter"}),
)


@given(st.sampled_from(sorted(LegState)))
def test_help_is_asked_for_beside_a_place_that_is_taken_and_never_before(state: LegState) -> None:
    main = leg(wants=HELPED, state=state, placement=PLACE)

    if state not in WITH_PLACE_TAKEN:
        with pytest.raises(StepNotAllowed):
            ask_beside(main, "interpreter", uuid4(), NOON)
        return
    beside = ask_beside(main, "interpreter", uuid4(), NOON)

    assert beside.beside == Beside(main.leg_id, PLACE.request_id)
    assert (beside.referral_id, beside.person_id, beside.state) == (
        main.referral_id,
        main.person_id,
        "matching",
    )
    assert (beside.wants.need, beside.wants.language) == ("interpreter", "so")
    assert not beside.wants.help_to_attend


@given(
    st.sampled_from(sorted(LegState)),
    st.sampled_from(["held", "taken", "refused", "full"]),
)
def test_no_answer_about_a_companion_changes_the_main_leg(state: LegState, said: str) -> None:
    main = leg(wants=HELPED, state=state, placement=PLACE, answer_by=NOON)
    about = ALONG.request_id

    if said == "refused":
        assert answer_refused(main, about, "hold-gone") is None
        assert answer_refused(main, about, "no-free-place") is None
    elif said == "taken":
        assert not hasattr(answer_taken(main, about), "leg")
    else:
        answer = answer_held(main, about, provider_is_full=said == "full", now=NOON, answer_by=NOON)
        assert not hasattr(answer, "leg")


@given(st.sampled_from(sorted(LIVE)))
def test_help_ends_with_the_main_place_and_gives_back_its_own(state: LegState) -> None:
    has_place = state in WITH_PLACE_TAKEN | WITH_PLACE_UNDER_WAY
    beside = leg(
        wants=wants(need="company"), state=state, placement=ALONG if has_place else None,
        beside=Beside(uuid4(), PLACE.request_id),
    )  # fmt: skip

    step = end_with_main_place(beside, NOON + timedelta(days=1))

    kinds = {fact.kind for fact in step.facts}
    assert step.leg.state not in LIVE
    assert (step.reason, step.leg.reason) == (MAIN_PLACE_ENDED, MAIN_PLACE_ENDED)
    assert (FactKind.PLACE_GIVEN_UP in kinds) == (state in WITH_PLACE_UNDER_WAY)
    assert (FactKind.PLACE_ENDED in kinds) == (state in WITH_PLACE_TAKEN)
    assert (FactKind.COMPLETED in kinds) == (state is LegState.STARTED)


def test_only_help_to_attend_ends_with_a_place() -> None:
    with pytest.raises(StepNotAllowed):
        end_with_main_place(leg(), NOON)


def test_nobody_is_sent_to_a_companion_for_anything_but_help_to_attend() -> None:
    whole, interpreter, volunteer = UUID(int=1), UUID(int=2), UUID(int=3)
    kinds = {str(interpreter): "interpreter", str(volunteer): "volunteer"}
    stored = ["loneliness", *helped_with(kinds.values())]

    assert needs_met(whole, stored, kinds) == {"loneliness"}
    assert needs_met(interpreter, stored, kinds) == {"interpreter"}
    assert needs_met(volunteer, stored, kinds) == {"company", "transport"}
    assert needs_met(whole, ["loneliness"], {}) == {"loneliness"}
    assert set(HELPS_WITH) == {"interpreter", "volunteer"}


def test_who_brings_an_interpreter_may_go_where_nobody_speaks_their_language() -> None:
    there = pool(access=frozenset({"step-free"}), delivery=frozenset({"home-visit"}))

    assert barriers(there, HELPED) == ()
    assert barriers(there, wants(language="so")) == (Barrier.LANGUAGE,)


def test_companions_need_no_way_there_and_must_speak_the_language() -> None:
    beside = ask_beside(
        leg(wants=HELPED, state=LegState.ACCEPTED, placement=PLACE), "interpreter", uuid4(), NOON
    )
    need = frozenset({"interpreter"})

    assert barriers(pool(needs=need, languages=frozenset({"so"})), beside.wants) == ()
    assert barriers(pool(needs=need, languages=frozenset({"en"})), beside.wants) == (Barrier.LANGUAGE,)

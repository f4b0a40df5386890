"""A leg through every crossing of answers, withdrawals and lapses: it never gets stuck, and no place leaks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.referral.domain.errors import StepNotAllowed
from services.referral.domain.fact_kind import FactKind
from services.referral.domain.leg import (
    LIVE,
    WITH_PLACE_UNDER_WAY,
    Fact,
    Leg,
    LegState,
    Placement,
    Step,
    accept,
    ask_for_place,
    complete,
    decline,
    end_proposal,
    find_unmet,
    lapse,
    leave_closed_provider,
    leave_unwanted_service,
    offer,
    propose,
    refuse,
    start,
    wait,
    withdraw,
)
from services.referral.domain.overdue import WORD_OF, ask_again
from services.referral.domain.place_answers import (
    Unwanted,
    answer_freed,
    answer_held,
    answer_refused,
    answer_taken,
)
from services.referral.domain.suitability import Barrier
from tests.unit.referral.examples import NOON, leg

LATER = NOON + timedelta(hours=72)
TAKES_A_PLACE = {LegState.ACCEPTED, LegState.STARTED}
WITHOUT_A_PROVIDER = {LegState.MATCHING, LegState.PROPOSED, LegState.WAITING}


class LegAndCapacity(RuleBasedStateMachine):
    """One leg, and a capacity that answers each word in order but takes its time about it."""

    @initialize()
    def begin(self) -> None:
        self.leg: Leg = leg()
        self.words: list[tuple[str, UUID]] = []
        self.answers: list[tuple[str, UUID]] = []
        self.known: set[UUID] = set()
        self.refused: set[UUID] = set()
        self.held: set[UUID] = set()
        self.taken: set[UUID] = set()
        self.told: list[FactKind] = []

    def step(self, step: Step | Unwanted | None, request: UUID | None = None) -> None:
        if isinstance(step, Unwanted):
            assert request is not None
            self.words.append(("undo", request))
        elif step is not None:
            assert step.leg.version == self.leg.version + 1
            self.leg = step.leg
            self.told += [fact.kind for fact in step.facts]
            self.words += [self.word(fact) for fact in step.facts if fact.kind in PLACE_WORDS]

    def word(self, fact: Fact) -> tuple[str, UUID]:
        assert fact.placement is not None
        return PLACE_WORDS[fact.kind], fact.placement.request_id

    @precondition(lambda self: self.leg.state in {LegState.MATCHING, LegState.WAITING})
    @rule()
    def ask(self) -> None:
        self.step(ask_for_place(self.leg, Placement(uuid4(), uuid4(), uuid4(), uuid4()), "best"))

    @precondition(lambda self: self.leg.state is LegState.MATCHING)
    @rule(nothing_suits=st.booleans())
    def find_nothing(self, *, nothing_suits: bool) -> None:
        self.step(find_unmet(self.leg, Barrier.HOURS) if nothing_suits else wait(self.leg, NOON))

    @precondition(lambda self: self.leg.state is LegState.MATCHING and not self.leg.left_to_us)
    @rule()
    def is_asked_to_choose(self) -> None:
        self.step(propose(self.leg, LATER))

    @precondition(lambda self: self.leg.state is LegState.PROPOSED)
    @rule(left_to_us=st.booleans())
    def chooses(self, *, left_to_us: bool) -> None:
        self.step(end_proposal(self.leg, "chosen", left_to_us=left_to_us))

    @precondition(lambda self: self.words)
    @rule(grants=st.booleans(), hold_is_there=st.sampled_from([True, True, True, False]))
    def capacity_reads(self, *, grants: bool, hold_is_there: bool) -> None:
        word, request = self.words.pop(0)
        if word == "request" and request in self.known:
            self.answers.append((self.what_became_of(request), request))
        elif word == "request":
            self.known.add(request)
            self.answers.append(("held" if grants else "refused", request))
            if grants:
                self.held.add(request)
            else:
                self.refused.add(request)
        elif word == "confirm" and request in self.taken:
            self.answers.append(("taken", request))
        elif word == "confirm" and hold_is_there and request in self.held:
            self.held.remove(request)
            self.taken.add(request)
            self.answers.append(("taken", request))
        elif word == "confirm":
            self.held.discard(request)
            self.answers.append(("hold-gone", request))
        else:
            self.held.discard(request)
            self.taken.discard(request)

    def what_became_of(self, request: UUID) -> str:
        states = {"held": self.held, "taken": self.taken, "refused": self.refused}
        return next((name for name, those in states.items() if request in those), "freed")

    @precondition(lambda self: self.words and self.words[0][0] in {"request", "confirm"})
    @rule()
    def a_word_is_lost_for_good(self) -> None:
        self.words.pop(0)

    @precondition(lambda self: self.answers)
    @rule()
    def an_answer_is_lost_for_good(self) -> None:
        _, request = self.answers[0]
        # What the leg wants no more is given back when its answer is heard: losing that is for capacity's back-stop.
        if self.leg.asks_for(request) and self.leg.state in WORD_OF:
            self.answers.pop(0)

    @precondition(lambda self: self.leg.state in WORD_OF)
    @rule()
    def the_answer_is_overdue(self) -> None:
        waits = replace(self.leg, changed_at=NOON)
        self.step(ask_again(waits, NOON + timedelta(days=30), timedelta(minutes=2)))

    @precondition(lambda self: self.answers)
    @rule(full=st.booleans())
    def hear(self, *, full: bool) -> None:
        answer, request = self.answers.pop(0)
        if answer == "held":
            step = answer_held(self.leg, request, provider_is_full=full, now=NOON, answer_by=LATER)
        elif answer == "taken":
            step = answer_taken(self.leg, request)
        elif answer == "freed":
            step = answer_freed(self.leg, request, "given-up")
        else:
            step = answer_refused(self.leg, request, "full" if answer == "refused" else answer)
        self.step(step, request)

    @precondition(lambda self: self.leg.state is LegState.OFFERED)
    @rule(how=st.sampled_from(["yes", "no", "silence"]))
    def provider_answers(self, how: str) -> None:
        steps: dict[str, Callable[[Leg], Step]] = {
            "yes": accept,
            "no": lambda of: decline(of, "other"),
            "silence": lambda of: lapse(of, LATER),
        }
        self.step(steps[how](self.leg))

    @precondition(lambda self: self.leg.state in TAKES_A_PLACE)
    @rule()
    def goes_on(self) -> None:
        go_on = start if self.leg.state is LegState.ACCEPTED else complete
        self.step(go_on(self.leg, LATER))

    @precondition(lambda self: self.leg.state in WITH_PLACE_UNDER_WAY)
    @rule()
    def says_not_this_one(self) -> None:
        assert self.leg.placement is not None
        self.step(leave_unwanted_service(self.leg, self.leg.placement.service_id))

    @precondition(lambda self: self.leg.placement is not None and self.leg.state in LIVE)
    @rule()
    def the_provider_closes(self) -> None:
        self.step(leave_closed_provider(self.leg))

    @precondition(lambda self: self.leg.state in LIVE)
    @rule()
    def withdraws(self) -> None:
        self.step(withdraw(self.leg))

    @rule()
    def nothing_happens(self) -> None:
        """What is over stays over."""

    @invariant()
    def has_one_place_at_most(self) -> None:
        assert len(self.held | self.taken) <= 1 + len(self.words) + len(self.answers)
        in_hand = self.leg.state in {LegState.REQUESTED, LegState.OFFERED, LegState.ACCEPTING, *TAKES_A_PLACE}
        assert self.leg.placement is not None or not in_hand

    @invariant()
    def nothing_is_kept_while_somebody_chooses(self) -> None:
        assert self.leg.state is not LegState.PROPOSED or self.leg.placement is None

    @invariant()
    def hears_of_an_acceptance_only_after_the_place_is_taken(self) -> None:
        if self.leg.state in TAKES_A_PLACE:
            assert self.leg.placement is not None
            assert self.leg.placement.request_id in self.taken

    def teardown(self) -> None:
        """When all has been read on both sides, places are held or taken for a leg that wants them alone."""
        if not hasattr(self, "leg"):
            return
        while self.words or self.answers or self.leg.state in WORD_OF:
            if not self.words and not self.answers:
                self.the_answer_is_overdue()
            elif self.words:
                self.capacity_reads(grants=True, hold_is_there=True)
            else:
                self.hear(full=False)
        wanted = {self.leg.placement.request_id} if self.leg.placement else set()
        holds = {LegState.OFFERED}
        assert self.held == (wanted if self.leg.state in holds else set())
        assert self.taken == (wanted if self.leg.state in TAKES_A_PLACE else set())
        assert self.leg.state is not LegState.REQUESTED
        assert self.leg.state is not LegState.ACCEPTING


PLACE_WORDS = {
    FactKind.PLACE_REQUESTED: "request",
    FactKind.PLACE_CONFIRMED: "confirm",
    FactKind.PLACE_GIVEN_UP: "undo",
    FactKind.PLACE_ENDED: "undo",
}

TestLegAndCapacity = LegAndCapacity.TestCase
TestLegAndCapacity.settings = settings(stateful_step_count=30)


def requested(one: Leg) -> Leg:
    return ask_for_place(one, Placement(uuid4(), uuid4(), uuid4(), uuid4()), "best").leg


def offered(one: Leg) -> Leg:
    return offer(requested(one), NOON, LATER).leg


def test_an_offer_does_not_lapse_before_its_time() -> None:
    with pytest.raises(StepNotAllowed):
        lapse(offered(leg()), LATER - timedelta(microseconds=1))


def test_a_yes_counts_until_the_lapse_is_recorded() -> None:
    late = offered(leg())

    assert accept(late).leg.state is LegState.ACCEPTING
    with pytest.raises(StepNotAllowed):
        accept(lapse(late, LATER).leg)


def test_a_lapse_is_told_as_a_lapse_and_never_as_a_decline() -> None:
    step = lapse(offered(leg()), LATER)

    assert [fact.kind for fact in step.facts] == [FactKind.LAPSED, FactKind.PLACE_GIVEN_UP]
    assert step.leg.tried == {step.placement.pool_id if step.placement else None}


def test_a_full_provider_is_left_and_may_be_asked_again_later() -> None:
    asked = requested(leg())
    assert asked.placement is not None

    step = answer_held(asked, asked.placement.request_id, provider_is_full=True, now=NOON, answer_by=LATER)

    assert isinstance(step, Step)
    assert step.facts == (Fact(FactKind.PLACE_GIVEN_UP, asked.placement, "provider-full"),)
    assert not step.leg.tried


def test_a_leg_that_never_heard_of_its_hold_goes_on_when_that_expires() -> None:
    asked = requested(leg())
    assert asked.placement is not None

    step = answer_freed(asked, asked.placement.request_id, "expired")

    assert step is not None
    assert (step.leg.state, step.leg.placement, step.leg.tried) == (LegState.MATCHING, None, frozenset())


def test_a_refusal_keeps_the_place_in_line_and_tells_nobody_twice() -> None:
    waiting = wait(leg(), NOON).leg
    back = refuse(requested(waiting), "full").leg

    assert back.place_in_line == waiting.place_in_line
    assert wait(back, LATER).facts == ()


def test_who_had_an_offer_and_waits_again_is_told_so() -> None:
    waiting = wait(leg(), NOON).leg
    declined = decline(offered(waiting), "no-space").leg

    assert [fact.kind for fact in wait(declined, LATER).facts] == [FactKind.WAIT_LISTED]


@pytest.mark.parametrize("state", sorted(set(LegState) - LIVE))
def test_what_is_over_cannot_be_withdrawn(state: LegState) -> None:
    with pytest.raises(StepNotAllowed):
        withdraw(replace(leg(), state=state))


@pytest.mark.parametrize("state", sorted(LIVE - WITHOUT_A_PROVIDER))
def test_whoever_leaves_a_closed_provider_keeps_their_place_in_line_and_may_go_back_there(
    state: LegState,
) -> None:
    there = replace(requested(leg()), state=state)

    step = leave_closed_provider(there)

    ends = FactKind.PLACE_ENDED if state in TAKES_A_PLACE else FactKind.PLACE_GIVEN_UP
    assert [(fact.kind, fact.placement) for fact in step.facts] == [(ends, there.placement)]
    assert (step.leg.state, step.leg.placement, step.leg.tried) == (LegState.MATCHING, None, frozenset())
    assert step.leg.place_in_line == there.place_in_line


@pytest.mark.parametrize("state", sorted(set(LegState) - LIVE | WITHOUT_A_PROVIDER))
def test_nobody_leaves_a_provider_that_they_are_not_with(state: LegState) -> None:
    with pytest.raises(StepNotAllowed):
        leave_closed_provider(replace(leg(), state=state))

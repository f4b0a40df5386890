"""A leg: one need of one referral on its way to a provider. Every step, and every crossing, is decided here.

Each function takes a leg and gives a Step: the leg as it is afterwards, and the facts to be told. Whoever
calls holds the lock of the leg's row, so what the leg says is what was committed last.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.referral.domain.errors import StepNotAllowed
from services.referral.domain.fact_kind import FactKind
from services.referral.domain.suitability import UNMET_REASON, Barrier
from services.referral.domain.wants import Wants


class LegState(StrEnum):
    MATCHING = "matching"
    PROPOSED = "proposed"
    WAITING = "waiting"
    REQUESTED = "requested"
    OFFERED = "offered"
    ACCEPTING = "accepting"
    ACCEPTED = "accepted"
    STARTED = "started"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    UNMET = "unmet"


@dataclass(frozen=True, slots=True)
class Placement:
    """The one place that a leg asks for or has."""

    request_id: UUID
    pool_id: UUID
    service_id: UUID
    organisation_id: UUID


@dataclass(frozen=True, slots=True)
class Beside:
    """The place of another leg that this one helps a person to go to. It came first, and never waits for this one."""

    leg_id: UUID
    request_id: UUID


@dataclass(frozen=True, slots=True)
class Leg:
    leg_id: UUID
    referral_id: UUID
    person_id: UUID
    wants: Wants
    received_at: datetime
    state: LegState = LegState.MATCHING
    placement: Placement | None = None
    waiting_since: datetime | None = None
    offered_at: datetime | None = None
    answer_by: datetime | None = None
    reason: str | None = None
    version: int = 1
    tried: frozenset[UUID] = frozenset()
    """Pools that it is not sent to now."""
    until_said: frozenset[UUID] = frozenset()
    """Those of them that may be asked again once their provider has said anew how much space there is."""
    changed_at: datetime | None = None
    asked_again: int = 0
    referrer_id: UUID | None = None
    referring_organisation_id: UUID | None = None
    due_at: datetime | None = None
    review_at: datetime | None = None
    left_to_us: bool = False
    """The person left the choice to us, or did not choose in time: they are not asked again."""
    invitation_id: UUID | None = None
    """Of the event that they said yes to: this leg asks for a place there, and nowhere else."""
    beside: Beside | None = None
    meanwhile_of: UUID | None = None
    """The leg that waits while the person asks for this, which is open: it asks there, and nowhere else."""

    @property
    def goes_nowhere_else(self) -> bool:
        """Whether it asks for one thing that the person said yes to, beside what they need."""
        return self.invitation_id is not None or self.meanwhile_of is not None

    @property
    def place_in_line(self) -> tuple[datetime, UUID]:
        """First come, first served; a leg that comes back keeps its place."""
        return self.received_at, self.leg_id

    def asks_for(self, request_id: UUID) -> bool:
        return self.placement is not None and self.placement.request_id == request_id


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact to be told of a leg, with the place that it concerns."""

    kind: FactKind
    placement: Placement | None = None
    reason: str | None = None
    at: datetime | None = None
    barrier: Barrier | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A pool that this leg does not go to again, or not before its provider has said its space anew; and what came of it."""

    placement: Placement
    outcome: str
    pools_beside: frozenset[UUID] = frozenset()
    until_said: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a leg. `came_from` is None for the leg's first step of all."""

    leg: Leg
    came_from: LegState | None
    reason: str | None = None
    placement: Placement | None = None
    facts: tuple[Fact, ...] = field(default=())
    tried: Tried | None = None


LIVE = frozenset(LegState) - {LegState.COMPLETED, LegState.WITHDRAWN, LegState.UNMET}
WITH_PLACE_UNDER_WAY = frozenset({LegState.REQUESTED, LegState.OFFERED, LegState.ACCEPTING})
SHOWN_TO_PROVIDER = frozenset({LegState.OFFERED, LegState.ACCEPTING, LegState.ACCEPTED, LegState.STARTED})
WITH_PLACE_TAKEN = frozenset({LegState.ACCEPTED, LegState.STARTED})

NO_PLACE_AT_EVENT = "no-place-at-event"
"""The reason of the step that ends a leg of an invitation without a place. It was no need of its own."""
NO_PLACE_MEANWHILE = "no-place-meanwhile"
"""The same of something that was open while they wait."""
DID_NOT_ATTEND = "did-not-attend"
"""The reason of the step by which a provider says that somebody was expected and did not come."""
DECLINE_REASONS = frozenset({"not-suitable", "no-space", "cannot-reach", "wrong-area", "risk", "other"})


def receive(leg: Leg) -> Step:
    """The leg begins."""
    return Step(leg, None, "received")


def propose(leg: Leg, choose_by: datetime, reason: str = "person-chooses") -> Step:
    """The person is asked to choose among the best. Nothing is kept for them meanwhile."""
    _expect(leg, "proposing", LegState.MATCHING)
    facts = (Fact(FactKind.PROPOSED, at=choose_by),)
    return _go(leg, LegState.PROPOSED, reason, facts=facts, answer_by=choose_by)


def end_proposal(leg: Leg, reason: str, *, left_to_us: bool = False) -> Step:
    """Somebody chose, or it was left to us: the leg goes on from where it was."""
    _expect(leg, "ending a proposal", LegState.PROPOSED)
    after = replace(
        leg, state=LegState.MATCHING, reason=reason, version=leg.version + 1, asked_again=0, answer_by=None,
        left_to_us=leg.left_to_us or left_to_us,
    )  # fmt: skip
    return Step(after, leg.state, reason)


def ask_for_place(leg: Leg, placement: Placement, reason: str) -> Step:
    _expect(leg, "asking for a place", LegState.MATCHING, LegState.WAITING)
    facts = (Fact(FactKind.PLACE_REQUESTED, placement),)
    return _go(leg, LegState.REQUESTED, reason, placement=placement, facts=facts)


def wait(leg: Leg, now: datetime) -> Step:
    """Joins the list. Who comes back from a request that brought nothing had never left it: no new word."""
    _expect(leg, "waiting", LegState.MATCHING)
    since = leg.waiting_since or now
    told = () if leg.waiting_since else (Fact(FactKind.WAIT_LISTED, at=since),)
    return _go(leg, LegState.WAITING, "all-that-suit-are-full", waiting_since=since, facts=told)


def keep_waiting(leg: Leg, reason: str) -> Step:
    """Something was said while they wait; their place in the line stays as it is."""
    _expect(leg, "going on waiting", LegState.WAITING)
    return _go(leg, LegState.WAITING, reason)


def find_unmet(leg: Leg, barrier: Barrier) -> Step:
    """Nothing suits, or what suited is gone."""
    reason = UNMET_REASON[barrier]
    _expect(leg, "finding nothing", LegState.MATCHING, LegState.WAITING)
    return _go(
        leg, LegState.UNMET, reason, facts=(Fact(FactKind.NEED_UNMET, reason=reason, barrier=barrier),)
    )


def end_without_place(leg: Leg) -> Step:
    """No place came of their yes to an invitation, or to something open meanwhile. What they wait for waits on."""
    _expect(leg, "ending without a place", LegState.MATCHING)
    if leg.meanwhile_of:
        return _go(leg, LegState.WITHDRAWN, NO_PLACE_MEANWHILE, facts=(Fact(FactKind.NO_PLACE_MEANWHILE),))
    return _go(leg, LegState.WITHDRAWN, NO_PLACE_AT_EVENT, facts=(Fact(FactKind.NO_PLACE_AT_EVENT),))


def offer(leg: Leg, now: datetime, answer_by: datetime) -> Step:
    """The place is held: the provider is shown the leg. The wait, if there was one, is over."""
    _expect(leg, "offering", LegState.REQUESTED)
    facts = (Fact(FactKind.OFFERED, leg.placement),)
    changed = {"offered_at": now, "answer_by": answer_by, "waiting_since": None}
    return _go(leg, LegState.OFFERED, "place-held", placement=leg.placement, facts=facts, **changed)


def refuse(leg: Leg, reason: str, *, never_again: bool = False) -> Step:
    """Capacity gave no place."""
    _expect(leg, "a refusal", LegState.REQUESTED)
    return _back(leg, f"refused-{reason}", tried=f"refused-{reason}" if never_again else None)


def leave_full_provider(leg: Leg) -> Step:
    """The provider said full before the offer was shown: the place is given back unseen."""
    _expect(leg, "leaving a full provider", LegState.REQUESTED)
    return _back(leg, "provider-full", Fact(FactKind.PLACE_GIVEN_UP, leg.placement, "provider-full"))


def leave_unwanted_service(leg: Leg, service_id: UUID) -> Step:
    """The person does not want this service: what is asked for or kept there is given back, and they go on."""
    _expect(leg, "leaving an unwanted service", *WITH_PLACE_UNDER_WAY)
    unwanting = replace(leg, wants=leg.wants.without(service_id))
    return _back(unwanting, "not-wanted", Fact(FactKind.PLACE_GIVEN_UP, leg.placement, "not-wanted"))


def leave_closed_provider(leg: Leg) -> Step:
    """The provider is there no more: what was asked for is given up, a place ends, and the person goes on."""
    _expect(leg, "leaving a closed provider", *WITH_PLACE_UNDER_WAY, *WITH_PLACE_TAKEN)
    under_way = leg.state in WITH_PLACE_UNDER_WAY
    fact = (
        Fact(FactKind.PLACE_GIVEN_UP, leg.placement, "not-wanted")
        if under_way
        else Fact(FactKind.PLACE_ENDED, leg.placement)
    )
    step = _back(leg, "provider-closed", fact)
    # Who has a place goes on with what they had, whatever it was asked for beside.
    return step if under_way else replace(step, leg=replace(step.leg, meanwhile_of=None))


def accept(leg: Leg) -> Step:
    """The provider says yes. Until the lapse is recorded a yes counts; the clock alone decides nothing."""
    _expect(leg, "accepting", LegState.OFFERED)
    facts = (Fact(FactKind.PLACE_CONFIRMED, leg.placement),)
    return _go(leg, LegState.ACCEPTING, "provider-accepted", placement=leg.placement, facts=facts)


def decline(leg: Leg, reason: str, pools_of_service: frozenset[UUID] = frozenset()) -> Step:
    """Who has no space says so of one pool, and until they say otherwise; any other reason holds for all of the service."""
    _expect(leg, "declining", LegState.OFFERED)
    facts = (
        Fact(FactKind.DECLINED, leg.placement, reason),
        Fact(FactKind.PLACE_GIVEN_UP, leg.placement, "declined"),
    )
    full = reason == "no-space"
    beside = frozenset[UUID]() if full else pools_of_service
    return _back(leg, reason, *facts, tried="declined", beside=beside, until_said=full)


def lapse(leg: Leg, now: datetime) -> Step:
    """Nobody answered in time. It is not a decline, and it is never recorded as one."""
    _expect(leg, "lapsing", LegState.OFFERED)
    if leg.answer_by is None or now < leg.answer_by:
        raise StepNotAllowed("lapsing", "there is time left to answer")
    facts = (
        Fact(FactKind.LAPSED, leg.placement),
        Fact(FactKind.PLACE_GIVEN_UP, leg.placement, "lapsed"),
    )
    return _back(leg, "no-answer-in-time", *facts, tried="lapsed", until_said=True)


def take_place(leg: Leg) -> Step:
    """Capacity gave the place for good: only now does the person hear of it."""
    _expect(leg, "taking a place", LegState.ACCEPTING)
    facts = (Fact(FactKind.ACCEPTED, leg.placement),)
    return _go(leg, LegState.ACCEPTED, "place-taken", placement=leg.placement, facts=facts)


def lose_hold(leg: Leg, reason: str) -> Step:
    """The hold vanished under an offer or an acceptance. That is a fault; the person goes on all the same."""
    _expect(leg, "losing a hold", LegState.OFFERED, LegState.ACCEPTING)
    return _back(leg, reason)


def start(leg: Leg, now: datetime) -> Step:
    _expect(leg, "starting", LegState.ACCEPTED)
    facts = (Fact(FactKind.STARTED, leg.placement, at=now),)
    return _go(leg, LegState.STARTED, "has-started", placement=leg.placement, facts=facts)


def miss(leg: Leg, now: datetime) -> Step:
    """They were expected and did not come. Whatever was due stays due, and their place stays theirs."""
    _expect(leg, "not attending", *WITH_PLACE_TAKEN)
    facts = (Fact(FactKind.NOT_ATTENDED, leg.placement, at=now),)
    return _go(leg, leg.state, DID_NOT_ATTEND, placement=leg.placement, facts=facts)


def complete(leg: Leg, now: datetime) -> Step:
    _expect(leg, "finishing", LegState.STARTED)
    facts = (
        Fact(FactKind.COMPLETED, leg.placement, at=now),
        Fact(FactKind.PLACE_ENDED, leg.placement),
    )
    return _go(leg, LegState.COMPLETED, "has-finished", placement=leg.placement, facts=facts)


def withdraw(leg: Leg) -> Step:
    """The person no longer wants this.

    A place that is still asked for, or being confirmed, is given up at once too: its answer may never come here.
    A provider hears of it that was shown the leg; one that was not has nothing to hear.
    """
    if leg.state not in LIVE:
        raise StepNotAllowed("withdrawing", leg.state)
    facts = [Fact(FactKind.WITHDRAWN, leg.placement if leg.state in SHOWN_TO_PROVIDER else None)]
    if leg.state in WITH_PLACE_UNDER_WAY:
        facts.append(Fact(FactKind.PLACE_GIVEN_UP, leg.placement, "withdrawn"))
    elif leg.state in WITH_PLACE_TAKEN:
        facts.append(Fact(FactKind.PLACE_ENDED, leg.placement))
    return _go(leg, LegState.WITHDRAWN, "person-withdrew", placement=leg.placement, facts=tuple(facts))


def _expect(leg: Leg, step: str, *states: LegState) -> None:
    if leg.state not in states:
        raise StepNotAllowed(step, leg.state)


def _go(
    leg: Leg,
    state: LegState,
    reason: str,
    *,
    placement: Placement | None = None,
    facts: tuple[Fact, ...] = (),
    **changed: datetime | None,
) -> Step:
    after = replace(
        leg, state=state, reason=reason, version=leg.version + 1, asked_again=0,
        placement=placement or leg.placement, **changed,  # type: ignore[arg-type]  # names of moments only
    )  # fmt: skip
    return Step(after, leg.state, reason, placement, facts)


def _back(
    leg: Leg,
    reason: str,
    *facts: Fact,
    tried: str | None = None,
    beside: frozenset[UUID] = frozenset(),
    until_said: bool = False,
) -> Step:
    """Back to matching, without the place and with what was learnt; the place in line stays."""
    assert leg.placement is not None  # noqa: S101 - every state that leads here has one
    pool_id = leg.placement.pool_id
    learnt = Tried(leg.placement, tried, beside - {pool_id}, until_said) if tried else None
    after = replace(
        leg, state=LegState.MATCHING, reason=reason, version=leg.version + 1, placement=None, asked_again=0,
        offered_at=None, answer_by=None,
        tried=leg.tried | {pool_id} | beside if tried else leg.tried,
        until_said=leg.until_said | {pool_id} if until_said else leg.until_said - beside,
    )  # fmt: skip
    return Step(after, leg.state, reason, leg.placement, facts, learnt)

"""What one transaction changes: collected while the rules decide, written in few round trips."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.referral.domain.asking_first import LastQuestion
from services.referral.domain.audit_act import Act, RecordKind
from services.referral.domain.fact_kind import FactKind
from services.referral.domain.fit_rate import FitFigures, figures_of, sender_of
from services.referral.domain.leg import Fact, Leg, Step
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.london_days import day_in_london
from services.referral.domain.obligation import with_due_time
from services.referral.domain.router import Decision, Outcome
from services.referral.domain.turned_away import TurnedAway, counts_of
from services.referral.published_events import event_of
from services.referral.storage.copied_signals import count_requests
from services.referral.storage.fit_counts import add_fits
from services.referral.storage.leg_history import add_decisions, add_steps, add_tried_pools
from services.referral.storage.legs import save_legs
from services.referral.storage.places_in_line import note_waits
from services.referral.storage.turned_away import add_turned_away
from services.referral.use_cases.ask_for_space import SpaceQuestions
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.count_who_is_away import count_who_is_away
from shared.access.vocabulary import Verb
from shared.events.envelope import Event
from shared.events.event_data import EventData
from shared.messaging.outbox import say
from shared.postgres.pool import Connection

Cause = Event[Any] | None


class Changes:
    """Steps of legs with their facts, decisions and requests, in the order in which they were made."""

    def __init__(self, now: datetime, by: Acting) -> None:
        self.now = now
        self._today = day_in_london(now)
        self._by = by
        self._legs: dict[UUID, Leg] = {}
        self._steps: list[Step] = []
        self._decisions: list[tuple[Leg, Decision]] = []
        self._requests: Counter[UUID] = Counter()
        self._asked: list[tuple[Leg, ListedPool]] = []
        self._events: list[Event[Any]] = []
        self._acts: dict[UUID, Act] = {}
        self._fits: dict[UUID, FitFigures] = {}
        self._questions = SpaceQuestions()
        self._turned_away: Counter[TurnedAway] = Counter()

    def step(self, step: Step, cause: Cause = None) -> Leg:
        """Notes a step with what is due from it on and the events that tell its facts. Gives the leg as it is now."""
        step = with_due_time(step, self.now)
        self._legs[step.leg.leg_id] = step.leg
        self._steps.append(step)
        self._note_act(step, cause)
        for fact in step.facts:
            self.tell(event_of(fact, step.leg), area=step.leg.wants.area, cause=cause)
            self._note_fit(fact, step.leg)
            self._turned_away.update(counts_of(fact, step.leg))
            if fact.kind is FactKind.PLACE_REQUESTED and fact.placement and not step.leg.asked_again:
                self._requests[fact.placement.pool_id] += 1
        return step.leg

    def tell(self, data: EventData, *, area: str | None, cause: Cause = None) -> None:
        """Notes an event that belongs to no step."""
        self._events.append(say(data, area=area, caused_by=cause))

    def note(self, act: Act) -> None:
        """Notes an act that belongs to no step."""
        self._acts[act.object_id or UUID(int=0)] = act

    def decided(self, leg: Leg, decision: Decision) -> None:
        self._decisions.append((leg, decision))
        if decision.outcome is Outcome.REQUEST and decision.chosen:
            self._asked.append((leg, decision.chosen))
        self._questions.of(leg, decision)

    def ask_in_turn(self, leg: Leg, decision: Decision, last: Mapping[UUID, LastQuestion]) -> None:
        """Notes who is to be asked next whether they have space, where nothing else comes of a decision."""
        self._questions.in_turn(leg, decision, last, self.now)

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The legs that were changed since the last time this was kept, as they are now."""
        return tuple(self._legs.values())

    @property
    def requested_pools(self) -> frozenset[UUID]:
        """The pools that were asked for a place since the last time this was kept."""
        return frozenset(self._requests)

    async def keep(self, connection: Connection) -> None:
        """Writes all of it, legs before signals: every transaction takes its locks in that order."""
        if self._steps:
            # The history first: by it the database lets due times move.
            await add_steps(connection, self._steps, self.now)
            await save_legs(connection, self._legs.values(), self.now)
            await add_tried_pools(connection, self._steps, self.now)
            await note_waits(connection, self._steps, self.now)
        await add_decisions(connection, self._decisions, self.now)
        await count_requests(connection, self._requests, self._today)
        await add_fits(connection, self._fits, self._today)
        self._events += await self._questions.keep(connection, self.now)
        await add_turned_away(connection, self._turned_away, self._today)
        await self._by.record(connection, *self._acts.values(), events=self._events)
        await count_who_is_away(connection, self._asked)
        self._legs, self._requests, self._asked = {}, Counter(), []
        self._steps, self._decisions, self._events = [], [], []
        self._acts, self._fits = {}, {}
        self._turned_away = Counter()

    def _note_fit(self, fact: Fact, leg: Leg) -> None:
        """What a provider decided counts for or against whoever sent the person."""
        figures, sender = figures_of(fact), sender_of(leg)
        if figures and sender:
            self._fits[sender] = self._fits.get(sender, FitFigures()) + figures

    def _note_act(self, step: Step, cause: Cause) -> None:
        """One record for each leg that was changed. That a leg begins is told by the referral that it belongs to."""
        leg, place = step.leg, step.placement or step.leg.placement
        if leg.referral_id in self._acts or leg.leg_id in self._acts:
            return
        self._acts[leg.leg_id] = self._by.act(
            Verb.CHANGE, RecordKind.LEG, leg.leg_id, area=leg.wants.area, person_id=leg.person_id,
            referral_id=leg.referral_id, organisation_id=place.organisation_id if place else None, cause=cause,
        )  # fmt: skip

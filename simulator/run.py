"""One run: events in the order of simulated time. What a leg may do next is decided by the same code as in the service."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from uuid import UUID

from services.referral.domain import leg as step
from services.referral.domain.answer_clock import answer_due
from services.referral.domain.leg import Leg, LegState, Placement
from services.referral.domain.place_answers import answer_held, answer_refused, answer_taken
from services.referral.domain.router import Decision
from shared.places.place import Area
from simulator.landscape import landscape
from simulator.line import WaitingLine
from simulator.menu import Menu
from simulator.overtaking import NobodyCounts, Overtaking
from simulator.people import BEGINS, Arrival, arrivals
from simulator.place_ledger import PlaceLedger
from simulator.scenario import Providers, Scenario
from simulator.story import Story

REQUESTS = 4 << 96
WEEK = timedelta(days=7)
ATTEMPTS = 1_000  # of one leg: each has its own chances

Action = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Ran:
    """The needs that came in the counted days, and what an outside look at the run says."""

    stories: Sequence[Story]
    events: int
    still_waiting: int
    most_overtaken: int | None = None


@dataclass(slots=True)
class _Case:
    """A leg on its way, with its story and how often it was given to a provider."""

    leg: Leg
    story: Story
    attempts: int = 0
    waits: int = field(default=0)


def run(areas: Sequence[Area], scenario: Scenario, seed: int, *, count_overtaking: bool = False) -> Ran:
    """A year, or however long, of these neighbourhoods. The same seed brings the same people, with the same luck."""
    simulated = Run(areas, scenario, Overtaking() if count_overtaking else NobodyCounts())
    return simulated.through(arrivals(areas, scenario, seed))


class Run:
    def __init__(
        self, areas: Sequence[Area], scenario: Scenario, overtaking: Overtaking | NobodyCounts
    ) -> None:
        providers = landscape(areas, scenario)
        self._scenario = scenario
        self._ledger = PlaceLedger(providers)
        boroughs = sorted({area.borough for area in areas})
        self._menu = Menu((each.pool for each in providers), boroughs, scenario.policy)
        for each in providers:
            self._hear(each.pool.pool_id)
        self._line = WaitingLine(scenario.waiting)
        self._overtaking = overtaking
        self._due: list[tuple[datetime, int, Action]] = []
        self._numbers = count(1)
        self._cases: dict[UUID, _Case] = {}

    def through(self, people: Iterable[Arrival]) -> Ran:
        counted_from = BEGINS + timedelta(days=self._scenario.warm_up_days)
        ends = counted_from + timedelta(days=self._scenario.days)
        stories: list[Story] = []
        events = 0
        self._at(BEGINS + timedelta(days=1), self._new_day)
        for arrival in people:
            events += self._until(arrival.at)
            story = Story(arrival)
            if arrival.at >= counted_from:
                stories.append(story)
            self._arrive(story)
        events += self._until(ends) + len(stories)
        return Ran(stories, events, len(self._line), self._overtaking.most)

    def _until(self, moment: datetime) -> int:
        happened = 0
        while self._due and self._due[0][0] <= moment:
            at, _, action = heappop(self._due)
            action(at)
            happened += 1
        return happened

    def _at(self, moment: datetime, action: Action) -> None:
        heappush(self._due, (moment, next(self._numbers), action))

    def _new_day(self, now: datetime) -> None:
        self._menu.new_day()
        self._at(now + timedelta(days=1), self._new_day)

    def _arrive(self, story: Story) -> None:
        came = story.arrival
        leg = Leg(came.leg_id, came.leg_id, came.leg_id, came.wants, came.at)
        case = _Case(step.receive(leg).leg, story)
        self._cases[leg.leg_id] = case
        self._route(case, came.at)

    def _route(self, case: _Case, now: datetime) -> None:
        """On to the next, as `route_legs` does: one pool is asked, or the leg waits, or nothing suits."""
        while case.leg.state is LegState.MATCHING:
            decision = self._menu.decide(case.leg)
            if decision.chosen:
                self._ask(case, decision, "best-with-space", now)
            elif decision.unmet_barrier:
                case.leg = step.find_unmet(case.leg, decision.unmet_barrier).leg
                case.story.unmet = decision.unmet_reason
                self._over(case)
            else:
                self._wait(case, now)

    def _wait(self, case: _Case, now: datetime) -> None:
        case.leg = step.wait(case.leg, now).leg
        case.story.waited = True
        case.waits += 1
        self._line.join(case.leg)
        self._overtaking.joined(case.leg)
        weekly = self._scenario.arrivals.gives_up_waiting_a_week
        if weekly and case.waits == 1:
            chance = Random(case.story.arrival.luck)  # noqa: S311 - a simulation repeats its chances
            self._at(now + chance.expovariate(weekly) * WEEK, lambda at: self._give_up_waiting(case, at))

    def _give_up_waiting(self, case: _Case, _: datetime) -> None:
        if case.leg.state is LegState.WAITING:
            self._line.leave(case.leg.leg_id)
            self._overtaking.left(case.leg.leg_id)
            case.leg = step.withdraw(case.leg).leg
            case.story.gave_up = True
            self._over(case)

    def _ask(self, case: _Case, decision: Decision, reason: str, now: datetime) -> None:
        pool = decision.chosen
        assert pool is not None  # noqa: S101 - whoever calls has chosen
        placement = Placement(
            UUID(int=REQUESTS + next(self._numbers)), pool.pool_id, pool.service_id, pool.organisation_id
        )
        self._overtaking.asks(case.leg, pool)
        case.leg = step.ask_for_place(case.leg, placement, reason).leg
        granted = self._ledger.ask(case.leg, placement, now)
        self._hear(pool.pool_id, asked=1)
        if granted:
            self._offer(case, placement, now)
        else:
            refused = answer_refused(case.leg, placement.request_id, "no-free-place")
            assert refused is not None  # noqa: S101 - it has just been asked for
            case.leg = refused.leg

    def _offer(self, case: _Case, placement: Placement, now: datetime) -> None:
        said = self._scenario.providers
        answer_by = answer_due(now, timedelta(hours=said.answer_within_hours))
        held = answer_held(
            case.leg, placement.request_id, provider_is_full=False, now=now, answer_by=answer_by
        )
        assert isinstance(held, step.Step)  # noqa: S101 - it has just been asked for
        case.leg = held.leg
        case.attempts += 1
        chance = Random(case.story.arrival.luck * ATTEMPTS + case.attempts)  # noqa: S311
        answers_after = timedelta(hours=chance.expovariate(1 / said.answers_after_hours))
        silent = chance.random() < said.lapses or now + answers_after >= answer_by
        declines = chance.random() < said.declines
        if silent:
            self._at(answer_by, lambda at: self._lapse(case, placement, at))
        elif declines:
            self._at(now + answers_after, lambda at: self._decline(case, placement, at))
        else:
            self._at(now + answers_after, lambda at: self._accept(case, placement, chance, at))

    def _decline(self, case: _Case, placement: Placement, now: datetime) -> None:
        case.leg = step.decline(case.leg, "not-suitable").leg
        case.story.declines += 1
        self._give_back(case, placement, now)

    def _lapse(self, case: _Case, placement: Placement, now: datetime) -> None:
        case.leg = step.lapse(case.leg, now).leg
        case.story.lapses += 1
        self._give_back(case, placement, now)

    def _give_back(self, case: _Case, placement: Placement, now: datetime) -> None:
        """The place is free for the line, and the leg goes on with what it learnt."""
        self._ledger.give_up(case.leg, placement, now)
        self._freed(placement.pool_id, now)
        self._route(case, now)

    def _accept(self, case: _Case, placement: Placement, chance: Random, now: datetime) -> None:
        case.leg = step.accept(case.leg).leg
        assert self._ledger.confirm(case.leg, placement, now)  # noqa: S101 - the ledger holds the place
        taken = answer_taken(case.leg, placement.request_id)
        assert isinstance(taken, step.Step)  # noqa: S101 - it has just been confirmed
        case.leg = taken.leg
        case.story.placed_at = now
        days = chance.expovariate(1 / self._scenario.providers.starts_after_days)
        weeks = _weeks(chance, self._scenario.providers)
        self._at(now + timedelta(days=days), lambda at: self._start(case, placement, weeks, at))

    def _start(self, case: _Case, placement: Placement, weeks: float, now: datetime) -> None:
        case.leg = step.start(case.leg, now).leg
        self._at(now + weeks * WEEK, lambda at: self._complete(case, placement, at))

    def _complete(self, case: _Case, placement: Placement, now: datetime) -> None:
        case.leg = step.complete(case.leg, now).leg
        self._ledger.end(case.leg, placement, now)
        self._over(case)
        self._freed(placement.pool_id, now)

    def _freed(self, pool_id: UUID, now: datetime) -> None:
        """What came free goes to the line, before anything else happens."""
        self._hear(pool_id)
        for given in self._line.give(self._menu.pools[pool_id]):
            self._line.leave(given.leg.leg_id)
            self._overtaking.left(given.leg.leg_id)
            case = self._cases[given.leg.leg_id]
            self._ask(case, given.decision, "place-came-free", now)
            self._route(case, now)

    def _hear(self, pool_id: UUID, *, asked: int = 0) -> None:
        self._menu.hear(pool_id, self._ledger.signal(pool_id), asked=asked)

    def _over(self, case: _Case) -> None:
        del self._cases[case.leg.leg_id]


def _weeks(chance: Random, said: Providers) -> float:
    """How long the support lasts: by a normal curve, at least a tenth of the mean."""
    return max(said.session_weeks / 10, chance.gauss(said.session_weeks, said.session_weeks_spread))

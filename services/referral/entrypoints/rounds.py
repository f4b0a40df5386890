"""Work that no event brings: what falls due, and the back-stop for whoever was left behind."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog

from services.referral.domain.obligation import Owner
from services.referral.entrypoints.leg_rounds import ROUNDS, LegRound, LegRounds
from services.referral.metrics import ReferralMetrics
from services.referral.settings import ReferralSettings
from services.referral.storage.due_legs import (
    AT_CLOSED,
    CHOICES_DUE,
    LEFT_IN_MATCHING,
    OFFERS_DUE,
    STILL_WANTED_DUE,
    answers_overdue,
    count_overdue,
    count_set_aside,
    forget_set_aside,
)
from services.referral.storage.erasure import count_unanswered_erasures
from services.referral.storage.escalations import count_open
from services.referral.storage.helped_legs import HELP_DUE, NOWHERE_TO_GO
from services.referral.storage.work_waiting import measure_line
from services.referral.use_cases.ask_again import ask_overdue_again
from services.referral.use_cases.ask_still_wanted import ask_still_wanted
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.back_stop import (
    drain_pools_with_space,
    release_who_waits_in_vain,
    route_left_behind,
)
from services.referral.use_cases.choose_service import choose_for_the_silent
from services.referral.use_cases.escalate import escalate_what_is_overdue
from services.referral.use_cases.help_to_attend import ask_for_help_to_attend, end_help_to_attend
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.lapse_offers import lapse_due_offers
from services.referral.use_cases.move_stragglers_on import move_stragglers_on
from shared.postgres.pool import Connection, Pool, transaction
from shared.service_defaults.clock import Clock
from shared.service_defaults.side_tasks import SideTask
from shared.vocabulary.vocabulary import all_needs

log = structlog.get_logger(__name__)

AWAITING_CAPACITY = ("requested", "accepting")

CHOOSE = LegRound("choose-for-them", CHOICES_DUE, choose_for_the_silent)
LAPSE = LegRound("lapse-offers", OFFERS_DUE, lapse_due_offers)
ROUTE_ON = LegRound("back-stop", LEFT_IN_MATCHING, route_left_behind)
STRAGGLERS = LegRound("closed-providers", AT_CLOSED, move_stragglers_on)
HELP_TO_ATTEND = LegRound("help-to-attend", HELP_DUE, ask_for_help_to_attend)
HELP_ENDS = LegRound("help-ends", NOWHERE_TO_GO, end_help_to_attend)
STILL_WANTED = LegRound("still-wanted", STILL_WANTED_DUE, ask_still_wanted)


class Rounds:
    """Runs the rounds for as long as the process lives."""

    def __init__(
        self,
        settings: ReferralSettings,
        pool: Pool,
        clock: Clock,
        metrics: ReferralMetrics,
        by: Acting,
        known_pools: KnownPools | None = None,
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._clock = clock
        self._metrics = metrics
        self._by = by
        self._leg_rounds = LegRounds(pool, clock, metrics, by)
        self._nudged = asyncio.Event()
        self._lapse = replace(LAPSE, act=partial(lapse_due_offers, known_pools=known_pools))
        self._choose = replace(CHOOSE, act=partial(choose_for_the_silent, known_pools=known_pools))
        self._route_on = replace(ROUTE_ON, act=partial(route_left_behind, known_pools=known_pools))
        self._stragglers = replace(STRAGGLERS, act=partial(move_stragglers_on, known_pools=known_pools))
        self._help = replace(HELP_TO_ATTEND, act=partial(ask_for_help_to_attend, known_pools=known_pools))
        patience = settings.capacity_answer_time

        async def ask(connection: Connection, now: datetime, by: Acting, only: UUID | None) -> int:
            asked = await ask_overdue_again(connection, now, by, patience, only)
            metrics.asked_again.inc(asked)
            return asked

        self._ask_again = LegRound("overdue-answers", answers_overdue(patience), ask)

    def nudge(self, kept_pools: Collection[UUID]) -> None:
        """Call it after the commit that kept pools with space for others in the line."""
        if kept_pools:
            self._nudged.set()

    def side_tasks(self) -> list[SideTask]:
        return [
            SideTask("lapse-offers", self._lapse_offers),
            SideTask("back-stop", self._look_again),
            SideTask("overdue-answers", self._chase_answers),
            SideTask("vain-waits", self._release_who_waits_in_vain),
            SideTask("escalations", self._escalate),
        ]

    async def _lapse_offers(self) -> None:
        while True:
            await self._safely("lapse-offers", self._leg_rounds.until_nothing_is_due(self._lapse))
            await self._safely("choose-for-them", self._leg_rounds.until_nothing_is_due(self._choose))
            await self._safely("help-ends", self._leg_rounds.until_nothing_is_due(HELP_ENDS))
            await self._safely("help-to-attend", self._leg_rounds.until_nothing_is_due(self._help))
            await asyncio.sleep(self._settings.lapse_check_seconds)

    async def _look_again(self) -> None:
        while True:
            await self._safely("back-stop", self._leg_rounds.until_nothing_is_due(self._route_on))
            await self._safely("closed-providers", self._leg_rounds.until_nothing_is_due(self._stragglers))
            while await self._safely(
                "drain", self._in_transaction(partial(drain_pools_with_space, by=self._by))
            ):
                pass
            try:
                async with asyncio.timeout(self._settings.back_stop_seconds):
                    await self._nudged.wait()
            except TimeoutError:
                continue
            self._nudged.clear()

    async def _chase_answers(self) -> None:
        while True:
            await self._safely("overdue-answers", self._leg_rounds.until_nothing_is_due(self._ask_again))
            await self._safely("measure", self._in_transaction(self._measure))
            await asyncio.sleep(self._settings.overdue_check_seconds)

    async def _release_who_waits_in_vain(self) -> None:
        while True:
            await asyncio.sleep(self._settings.vain_wait_check_seconds)
            release = partial(release_who_waits_in_vain, by=self._by)
            await self._safely("vain-waits", self._in_transaction(release))
            await self._safely("still-wanted", self._leg_rounds.until_nothing_is_due(STILL_WANTED))

    async def _escalate(self) -> None:
        while True:
            await self._safely("escalations", self._in_transaction(escalate_what_is_overdue))
            await self._safely("escalations-measure", self._in_transaction(self._measure_escalations))
            await asyncio.sleep(self._settings.escalation_check_seconds)

    async def _measure_escalations(self, connection: Connection, now: datetime) -> int:
        found = await count_open(connection)
        by_owner = {each.owed_by: each.number for each in found}
        for owner in Owner:
            self._metrics.escalations_open.labels(owner).set(by_owner.get(owner, 0))
        oldest = min((each.oldest for each in found), default=now)
        self._metrics.escalation_oldest.set(max(0.0, (now - oldest).total_seconds()))
        return 0

    async def _measure(self, connection: Connection, now: datetime) -> int:
        overdue = await count_overdue(connection)
        for state in AWAITING_CAPACITY:
            self._metrics.overdue.labels(state).set(overdue.get(state, 0))
        patience = self._settings.erasure_answer_time
        self._metrics.erasures_unanswered.set(await count_unanswered_erasures(connection, now - patience))
        await self._measure_line(connection, now)
        await forget_set_aside(connection, now)
        self._metrics.set_aside.set(await count_set_aside(connection, now))
        return 0

    async def _measure_line(self, connection: Connection, now: datetime) -> None:
        line = {each.need: each for each in await measure_line(connection)}
        for need in all_needs():
            found = line.get(need)
            self._metrics.waiting.labels(need).set(found.people if found else 0)
            waited = (now - found.longest_since).total_seconds() if found else 0
            self._metrics.longest_wait.labels(need).set(waited)
            self._metrics.most_passed.labels(need).set(found.most_passed if found else 0)

    async def _in_transaction(self, act: Callable[[Connection, datetime], Awaitable[int]]) -> int:
        async with transaction(self._pool, ROUNDS) as connection:
            return await act(connection, self._clock())

    async def _safely(self, name: str, turn: Awaitable[int]) -> int:
        try:
            return await turn
        # A process edge: the next turn comes anyway, and one failure must not stop the service.
        except Exception as error:
            log.exception("round.failed", round=name, error=type(error).__name__)
            self._metrics.rounds_failed.labels(name).inc()
            return 0

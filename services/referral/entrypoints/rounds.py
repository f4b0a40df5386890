"""Work that no event brings: what falls due, and the back-stop for whoever was left behind."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog

from services.referral.entrypoints.leg_rounds import ROUNDS, LegRound, LegRounds
from services.referral.metrics import ReferralMetrics
from services.referral.settings import ReferralSettings
from services.referral.storage.due_legs import (
    LEFT_IN_MATCHING,
    OFFERS_DUE,
    answers_overdue,
    count_overdue,
    count_set_aside,
    forget_set_aside,
)
from services.referral.storage.erasure import count_unanswered_erasures
from services.referral.use_cases.ask_again import ask_overdue_again
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.back_stop import (
    drain_pools_with_space,
    release_who_waits_in_vain,
    route_left_behind,
)
from services.referral.use_cases.lapse_offers import lapse_due_offers
from shared.postgres.pool import Connection, Pool, transaction
from shared.service_defaults.clock import Clock
from shared.service_defaults.side_tasks import SideTask

log = structlog.get_logger(__name__)

AWAITING_CAPACITY = ("requested", "accepting")

LAPSE = LegRound("lapse-offers", OFFERS_DUE, lapse_due_offers)
ROUTE_ON = LegRound("back-stop", LEFT_IN_MATCHING, route_left_behind)


class Rounds:
    """Runs the rounds for as long as the process lives."""

    def __init__(
        self, settings: ReferralSettings, pool: Pool, clock: Clock, metrics: ReferralMetrics, by: Acting
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._clock = clock
        self._metrics = metrics
        self._by = by
        self._leg_rounds = LegRounds(pool, clock, metrics, by)
        self._nudged = asyncio.Event()
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
        ]

    async def _lapse_offers(self) -> None:
        while True:
            await self._safely("lapse-offers", self._leg_rounds.until_nothing_is_due(LAPSE))
            await asyncio.sleep(self._settings.lapse_check_seconds)

    async def _look_again(self) -> None:
        while True:
            await self._safely("back-stop", self._leg_rounds.until_nothing_is_due(ROUTE_ON))
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

    async def _measure(self, connection: Connection, now: datetime) -> int:
        overdue = await count_overdue(connection)
        for state in AWAITING_CAPACITY:
            self._metrics.overdue.labels(state).set(overdue.get(state, 0))
        patience = self._settings.erasure_answer_time
        self._metrics.erasures_unanswered.set(await count_unanswered_erasures(connection, now - patience))
        await forget_set_aside(connection, now)
        self._metrics.set_aside.set(await count_set_aside(connection, now))
        return 0

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

"""Work that no event brings: offers that fall due, and the back-stop for whoever was left behind."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from uuid import UUID

import structlog

from services.referral.settings import ReferralSettings
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

Round = Callable[[Connection, datetime, Acting], Awaitable[int]]


class Rounds:
    """Runs the rounds for as long as the process lives."""

    def __init__(self, settings: ReferralSettings, pool: Pool, clock: Clock, by: Acting) -> None:
        self._settings = settings
        self._pool = pool
        self._clock = clock
        self._by = by
        self._nudged = asyncio.Event()

    def nudge(self, kept_pools: Collection[UUID]) -> None:
        """Call it after the commit that kept pools with space for others in the line."""
        if kept_pools:
            self._nudged.set()

    def side_tasks(self) -> list[SideTask]:
        return [
            SideTask("lapse-offers", self._lapse_offers),
            SideTask("back-stop", self._look_again),
            SideTask("vain-waits", self._release_who_waits_in_vain),
        ]

    async def _lapse_offers(self) -> None:
        while True:
            await self._until_nothing_is_left(lapse_due_offers)
            await asyncio.sleep(self._settings.lapse_check_seconds)

    async def _look_again(self) -> None:
        while True:
            await self._until_nothing_is_left(route_left_behind)
            await self._until_nothing_is_left(drain_pools_with_space)
            try:
                async with asyncio.timeout(self._settings.back_stop_seconds):
                    await self._nudged.wait()
            except TimeoutError:
                continue
            self._nudged.clear()

    async def _release_who_waits_in_vain(self) -> None:
        while True:
            await asyncio.sleep(self._settings.vain_wait_check_seconds)
            await self._run(release_who_waits_in_vain)

    async def _until_nothing_is_left(self, one_round: Round) -> None:
        while await self._run(one_round):
            pass

    async def _run(self, one_round: Round) -> int:
        """One round in a transaction of its own."""
        try:
            async with transaction(self._pool) as connection:
                return await one_round(connection, self._clock(), self._by)
        # A process edge: the next round comes anyway, and one bad row must not stop the service.
        except Exception as error:
            log.exception("round.failed", round=one_round.__name__, error=type(error).__name__)
            return 0

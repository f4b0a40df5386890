"""One turn of a round over legs: all together; where that fails leg by leg, so that one bad leg costs one leg."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from services.referral.metrics import ReferralMetrics
from services.referral.storage.due_legs import Due, list_due_ids, set_aside
from services.referral.use_cases.audit_trail import Acting
from shared.postgres.away import database_is_away
from shared.postgres.pool import Connection, Pool, transaction
from shared.postgres.reach import rounds_reach
from shared.service_defaults.clock import Clock

log = structlog.get_logger(__name__)

ROUNDS = rounds_reach("referral")
ONE_BY_ONE = 50  # legs that are taken alone after a batch that failed


@dataclass(frozen=True, slots=True)
class LegRound:
    """What a round does with the legs that are due, or with one of them alone. It gives their number."""

    name: str
    due: Due
    act: Callable[[Connection, datetime, Acting, UUID | None], Awaitable[int]]


class LegRounds:
    """Takes turns of rounds, each in transactions of its own."""

    def __init__(self, pool: Pool, clock: Clock, metrics: ReferralMetrics, by: Acting) -> None:
        self._pool = pool
        self._clock = clock
        self._metrics = metrics
        self._by = by

    async def until_nothing_is_due(self, one_round: LegRound) -> int:
        """Gives how many legs were handled or set aside."""
        done = 0
        while taken := await self._take(one_round):
            done += taken
        return done

    async def _take(self, one_round: LegRound) -> int:
        try:
            return await self._act(one_round, None)
        # A process edge: whatever one leg raises is decided upon leg by leg.
        except Exception as failure:
            if _waiting_helps(failure):
                raise
            log.warning("round.batch_failed", round=one_round.name, error=type(failure).__name__)
        async with transaction(self._pool, ROUNDS) as connection:
            due = await list_due_ids(connection, one_round.due, self._clock(), ONE_BY_ONE)
        for leg_id in due:
            await self._take_alone(one_round, leg_id)
        return len(due)

    async def _take_alone(self, one_round: LegRound, leg_id: UUID) -> None:
        try:
            await self._act(one_round, leg_id)
        # A process edge: the leg is set aside, and those behind it have their turn.
        except Exception as failure:
            if _waiting_helps(failure):
                raise
            error = type(failure).__name__
            log.exception("leg.not_handled", leg_id=str(leg_id), round=one_round.name, error=error)
            self._metrics.not_handled.labels(one_round.name).inc()
            async with transaction(self._pool, ROUNDS) as connection:
                await set_aside(connection, leg_id, by=one_round.name, error=error, now=self._clock())

    async def _act(self, one_round: LegRound, only: UUID | None) -> int:
        async with transaction(self._pool, ROUNDS) as connection:
            return await one_round.act(connection, self._clock(), self._by, only)


def _waiting_helps(failure: Exception) -> bool:
    return database_is_away(failure) or isinstance(failure, TimeoutError)

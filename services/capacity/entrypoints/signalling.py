"""One statement, once: heard in a transaction of its own, answered when full means full."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.capacity.domain.pool import Statement
from services.capacity.entrypoints.http_schemas import PoolState, SignalAnswer
from services.capacity.entrypoints.problems import told_to_the_caller
from services.capacity.entrypoints.settling import Settling
from services.capacity.use_cases.say_signal import SaySignal, say_signal
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import NOWHERE, Reach
from shared.service_defaults.clock import Clock
from shared.service_defaults.idempotency import StoredResponse, once


@dataclass(frozen=True, slots=True)
class OnceKey:
    """What makes a repeated statement the same statement."""

    key: str
    route: str
    request: bytes
    caller: str


@dataclass(frozen=True, slots=True)
class Signalling:
    pool: Pool
    clock: Clock
    signal_life: timedelta
    settling: Settling

    async def say(
        self, pool_id: UUID, statement: Statement, once_key: OnceKey, reach: Reach = NOWHERE
    ) -> SignalAnswer:
        """Raises NoSuchPool, PoolIsWithdrawn, PauseNotPossible or SomeoneSpokeSince."""
        with told_to_the_caller():
            async with transaction(self.pool, reach) as connection:

                async def create() -> StoredResponse:
                    command = SaySignal(pool_id, statement)
                    pool = await say_signal(
                        connection, command, now=self.clock(), signal_life=self.signal_life
                    )
                    return StoredResponse(200, PoolState.of(pool).model_dump(mode="json"))

                stored = await once(
                    connection,
                    key=once_key.key,
                    route=once_key.route,
                    request=once_key.request,
                    caller=once_key.caller,
                    create=create,
                )
        answer = SignalAnswer.model_validate(stored.body)
        return answer.settled(await self.settling.settled(pool_id, answer.status, answer.version))

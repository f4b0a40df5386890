"""The back-stop for holds that referral never ended. Each one is a fault, and is told as such."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.capacity.domain.ledger import release
from services.capacity.domain.places import Freeing, Hold, HoldState
from services.capacity.published_events import area_of, place_outcome
from services.capacity.storage.hold_rows import find_forgotten, find_holds, save_holds
from services.capacity.storage.pool_rows import lock_pools, save_ledgers
from shared.messaging.outbox import append_events, say
from shared.postgres.pool import Connection

AT_ONCE = 100  # holds a transaction


async def free_forgotten_holds(
    connection: Connection, pool_ids: Sequence[UUID], *, held_before: datetime, now: datetime
) -> list[UUID]:
    """Frees places of these pools that have been held since before a moment; gives their requests' ids."""
    pools = await lock_pools(connection, pool_ids)
    ledgers = {pool_id: pool.ledger for pool_id, pool in pools.items()}
    # Looked for under the locks: some may have been ended, or confirmed, meanwhile.
    forgotten = await find_forgotten(connection, pool_ids, held_before, AT_ONCE)
    holds = await find_holds(connection, forgotten)
    freed: list[Hold] = []
    events = []
    for hold in holds.values():
        if hold.state is not HoldState.HELD:
            continue
        applied = release(ledgers.get(hold.request.pool_id), hold, Freeing.EXPIRED, now)
        if applied.ledger is None or applied.hold is None or applied.fact is None:
            continue
        ledgers[hold.request.pool_id] = applied.ledger
        freed.append(applied.hold)
        events.append(say(place_outcome(applied.fact), area=area_of(applied.fact)))
    if freed:
        await save_ledgers(connection, list(ledgers.values()), now)
        await save_holds(connection, freed)
        await append_events(connection, events)
    return [each.request.request_id for each in freed]

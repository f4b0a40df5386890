"""A person decides about two services that may be one: one is shown in the place of both, or they are not the same."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.directory.domain.errors import NotShownAnyMore, PairDecided, ServiceChangedMeanwhile
from services.directory.storage.duplicate_rows import (
    PairKept,
    add_merge,
    end_merge,
    find_pair,
    find_sides,
    set_state,
)
from services.directory.storage.writers_turn import take_turn
from services.directory.use_cases.change_services import ServiceChange, change_services
from shared.postgres.pool import Connection


@dataclass(frozen=True, slots=True)
class Decision:
    """About which two, in which state they were seen, by whom and when."""

    left_id: UUID
    right_id: UUID
    left_version: int
    right_version: int
    by: UUID
    at: datetime


async def merge_services(connection: Connection, decision: Decision, *, keep: UUID) -> None:
    """The other one is not shown any more and withdrawn for routing; what runs there goes on.

    Raises PairNotFound, PairDecided, NotShownAnyMore, ServiceChangedMeanwhile.
    """
    pair = await _pair_to_decide(connection, decision)
    merged_id = decision.right_id if keep == decision.left_id else decision.left_id
    await change_services(connection, [ServiceChange(merged_id, listed=False)])
    await add_merge(connection, uuid4(), kept_id=keep, merged_id=merged_id, at=decision.at, by=decision.by)
    await set_state(connection, pair.found, "merged", decision.by, decision.at)


async def say_not_the_same(connection: Connection, decision: Decision) -> None:
    """The two are not shown together again. Raises as `merge_services`."""
    pair = await _pair_to_decide(connection, decision)
    await set_state(connection, pair.found, "not-the-same", decision.by, decision.at)


async def undo_decision(
    connection: Connection, left_id: UUID, right_id: UUID, by: UUID, at: datetime
) -> None:
    """As it was before: a merged entry is shown again as its source describes it now. Raises PairNotFound, PairDecided."""
    await take_turn(connection)
    pair = await find_pair(connection, left_id, right_id)
    if pair.state == "likely":
        raise PairDecided
    if pair.kept_id is not None:
        merged_id = right_id if pair.kept_id == left_id else left_id
        await end_merge(connection, merged_id, at, by)
        await change_services(connection, [ServiceChange(merged_id, listed=True)])
    await set_state(connection, pair.found, "likely", None, None)


async def _pair_to_decide(connection: Connection, decision: Decision) -> PairKept:
    """The writers' turn makes it one decision at a time."""
    await take_turn(connection)
    pair = await find_pair(connection, decision.left_id, decision.right_id)
    if pair.state != "likely":
        raise PairDecided
    sides = await find_sides(connection, (decision.left_id, decision.right_id))
    seen = {decision.left_id: decision.left_version, decision.right_id: decision.right_version}
    for service_id, version in seen.items():
        if not sides[service_id].is_shown:
            raise NotShownAnyMore
        if sides[service_id].version != version:
            raise ServiceChangedMeanwhile(service_id)
    return pair

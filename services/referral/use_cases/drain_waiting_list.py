"""Gives the free places of pools to those who wait, first come first, over all lists that the pools serve."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.referral.domain.leg import Leg, ask_for_place
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.waiting_list import GivenPlace, after_one_request, give_places
from services.referral.storage.copied_services import list_pools
from services.referral.storage.waiting_line import START_OF_LINE, list_waiting_legs, lock_still_waiting
from services.referral.use_cases.changes import Cause, Changes
from services.referral.use_cases.route_legs import home_of, placement_in
from shared.postgres.pool import Connection

PAGE = 200  # legs read at a time
MOST_AT_ONCE = 100  # requests of one drain: the rest follows with the next


async def drain_waiting_list(
    connection: Connection,
    pool_ids: Collection[UUID],
    changes: Changes,
    *,
    causes: Mapping[UUID, Cause] | None = None,
) -> int:
    """Drains the lists into these pools and gives the number of legs that now ask for a place.

    The caller has locked the pools' signals (`lock_signals`), so that two drains of a pool take turns; and
    it has kept the legs that it changed before, so that they stand in the line.
    """
    pools = {pool.pool_id: pool for pool in await list_pools(connection, pool_ids) if pool.signal.has_space}
    behind: tuple[datetime, UUID] | None = START_OF_LINE
    asked = 0
    while behind and asked < MOST_AT_ONCE and any(pool.signal.has_space for pool in pools.values()):
        needs = frozenset[str]().union(*(pool.needs for pool in pools.values()))
        page = await list_waiting_legs(connection, needs, behind=behind, limit=PAGE)
        for given in await _give(connection, page.legs, pools):
            _ask(given, changes, causes or {})
            asked += 1
        behind = page.goes_on_behind
    return asked


async def _give(
    connection: Connection, page: Sequence[Leg], pools: dict[UUID, ListedPool]
) -> list[GivenPlace]:
    """Gives places to legs of the page. Who is in another transaction's hands loses the turn to the next."""
    line = list(page)
    given: list[GivenPlace] = []
    while line:
        proposed = give_places(line, list(pools.values()), home_of)
        if not proposed:
            break
        locked = await lock_still_waiting(connection, [each.leg.leg_id for each in proposed])
        for each in proposed:
            if each.leg.leg_id in locked and each.decision.chosen:
                given.append(each)
                pool = pools[each.decision.chosen.pool_id]
                pools[pool.pool_id] = after_one_request(pool)
        if len(locked) == len(proposed):
            break
        seen = {each.leg.leg_id for each in proposed}
        line = [leg for leg in line if leg.leg_id not in seen]
    return given


def _ask(given: GivenPlace, changes: Changes, causes: Mapping[UUID, Cause]) -> None:
    pool = given.decision.chosen
    if pool is not None:
        changes.decided(given.leg, given.decision)
        changes.step(
            ask_for_place(given.leg, placement_in(pool), "place-came-free"), causes.get(pool.pool_id)
        )

"""Who waited and is asked about somewhere may come back to where they stood: places that others get meanwhile pass them.

Whoever gets one counts: from the line, at once, by choice or with many others. Each is counted as somebody in the line is.
"""

from collections.abc import Sequence

from services.referral.domain.leg import Leg
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.waiting_list import passed_while_away
from services.referral.storage.places_in_line import count_passed_away, somebody_is_away
from services.referral.storage.waiting_line import read_away
from shared.postgres.pool import Connection
from shared.postgres.reach import acting_as_rounds

MOST_READ = 20_000


async def count_who_is_away(connection: Connection, asked: Sequence[tuple[Leg, ListedPool]]) -> None:
    """After everything else that the transaction writes: it waits for nobody. Those who ask together pass nobody of them."""
    needs = frozenset[str]().union(*(pool.needs for _, pool in asked))
    if not asked or not await somebody_is_away(connection, needs):
        return
    if await connection.fetchval("SELECT current_setting('role')") == "none":
        async with acting_as_rounds(connection, "referral"):
            await _count(connection, needs, asked)
    else:
        await _count(connection, needs, asked)


async def _count(
    connection: Connection, needs: frozenset[str], asked: Sequence[tuple[Leg, ListedPool]]
) -> None:
    ask = {leg.leg_id for leg, _ in asked}
    away = [leg for leg in await read_away(connection, needs, limit=MOST_READ) if leg.leg_id not in ask]
    await count_passed_away(connection, passed_while_away(away, asked))

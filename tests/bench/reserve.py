"""`./kith bench reserve`: places reserved in a second at one hot provider ÷ over a thousand providers.

Both kinds go through the consumer as it runs, inbox, ledger and outbox included, to a real PostgreSQL, in turn. Each
turn is checked: every request has exactly one answer, and the ledger counts as many places as holds.
"""

import statistics
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.events.envelope import new_event, new_event_id
from shared.events.referral import PlaceRequestedV1
from shared.messaging.consumer_pipeline import ConsumerPipeline
from shared.messaging.kafka_record import StoredRecord
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.polling import BATCH
from shared.service_defaults.lasting_objects import set_lasting_objects_aside
from tests.bench.bench_places import Servers
from tests.bench.capacity_at_work import CapacityOfABench, capacity_of_a_bench
from tests.bench.wrong_result import WrongResult
from tests.support.stored_records import stored

AREA = "E09000009"
REQUESTS = 10_000  # of each kind in each turn
UNIFORM_OVER = 1_000
TURNS = 5
WARM_UP = 2_000
WRONG = """
SELECT count(*) FROM pools p WHERE p.held <> (
    SELECT count(*) FROM place_holds h WHERE h.pool_id = p.pool_id AND h.state = 'held')
"""


async def measure(servers: Servers) -> dict[str, Any]:
    """Figures as JSON-ready values; raises WrongResult where a place was given twice or not at all."""
    rates: dict[str, list[float]] = {"hot": [], "uniform": []}
    async with capacity_of_a_bench(servers) as capacity:
        pools = await capacity.make_pools(UNIFORM_OVER + 1)
        await capacity.pool.execute(
            "UPDATE pools SET status = 'open', unlimited = true, version = 1, spoken_version = 1,"
            " source = 'api', confirmed_at = now(), expires_at = now() + interval '7 days'"
        )
        hot, uniform = pools[:1], pools[1:]
        set_lasting_objects_aside()
        await _reserve(capacity, uniform, WARM_UP)
        for turn in range(TURNS):
            kinds = [("hot", hot), ("uniform", uniform)]
            for name, over in kinds if turn % 2 else reversed(kinds):
                rates[name].append(REQUESTS / await _reserve(capacity, over, REQUESTS))
        await _check(capacity, WARM_UP + 2 * TURNS * REQUESTS)
    ratios = [hot / uniform for hot, uniform in zip(rates["hot"], rates["uniform"], strict=True)]
    return {
        "hot_vs_uniform": round(statistics.median(ratios), 2),
        "hot_per_s": round(statistics.median(rates["hot"])),
        "uniform_per_s": round(statistics.median(rates["uniform"])),
        "turns": [round(each, 2) for each in ratios],
        "requests": REQUESTS,
        "uniform_over": UNIFORM_OVER,
        "batch": BATCH,
    }


async def _reserve(capacity: CapacityOfABench, pools: Sequence[UUID], number: int) -> float:
    """Seconds until as many requests are answered, batch after batch, as the consumer takes them."""
    (subscription,) = [
        each for each in capacity.parts.subscriptions if each.group == "capacity.place-requests"
    ]
    pipeline = ConsumerPipeline(subscription, capacity.pool, MessagingMetrics(), lambda: None)
    records = [stored(_request(pools[each % len(pools)]), each) for each in range(number)]
    started = time.perf_counter()
    for first in range(0, number, BATCH):
        await _take(pipeline, records[first : first + BATCH])
    seconds = time.perf_counter() - started
    await capacity.pool.execute("DELETE FROM outbox_events")
    return seconds


async def _take(pipeline: ConsumerPipeline, records: Sequence[StoredRecord]) -> None:
    await pipeline.take(pipeline.read(records))


def _request(pool_id: UUID) -> Any:
    data = PlaceRequestedV1(
        pool_id=pool_id, request_id=new_event_id(), referral_id=new_event_id(), leg_id=new_event_id()
    )
    return new_event(data, area=AREA)


async def _check(capacity: CapacityOfABench, wanted: int) -> None:
    held = await capacity.pool.fetchval("SELECT sum(held) FROM pools")
    if held != wanted:
        raise WrongResult(f"{held} places held for {wanted} requests")
    if wrong := await capacity.pool.fetchval(WRONG):
        raise WrongResult(f"{wrong} pools whose ledger does not count their holds")

"""Rounds over pools of which one cannot be read: it costs itself, and no pool behind it."""

from datetime import timedelta
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from services.capacity.entrypoints.pool_rounds import AT_ONCE, PoolRound
from services.capacity.entrypoints.side_tasks import DECAY, forgotten_holds_round
from services.capacity.metrics import CapacityMetrics
from shared.events.capacity import PlaceFreedV1, SignalChangedV1
from tests.component.capacity.at_work import CapacityAtWork, asked, run

WEEK = timedelta(days=7)
OLD = 3 * WEEK
OF_A_LATER_RELEASE = "UPDATE pools SET told_by = 'of-a-later-release' WHERE pool_id = $1"
PUT_RIGHT = "UPDATE pools SET told_by = NULL"


async def pools_with_a_hold(capacity: CapacityAtWork, number: int) -> list[UUID]:
    """In the order in which rounds take them."""
    pools = sorted([await capacity.a_pool("open", 2) for _ in range(number)])
    await capacity.hear([asked(each) for each in pools])
    return pools


@pytest.fixture
def metrics() -> CapacityMetrics:
    return CapacityMetrics(CollectorRegistry())


def round_named(name: str, metrics: CapacityMetrics) -> PoolRound:
    return {"signal-decay": DECAY, "forgotten-holds": forgotten_holds_round(OLD, metrics)}[name]


async def handled(capacity: CapacityAtWork, name: str) -> list[UUID]:
    """The pools of which a round has told something."""
    told = (
        [each for each in await capacity.said(SignalChangedV1) if each.model_dump()["source"] == "decay"]
        if name == "signal-decay"
        else await capacity.said(PlaceFreedV1)
    )
    return [each.model_dump()["pool_id"] for each in told]


@pytest.mark.parametrize("name", ["signal-decay", "forgotten-holds"])
async def test_one_pool_that_cannot_be_read_costs_itself_alone(
    capacity: CapacityAtWork, metrics: CapacityMetrics, name: str
) -> None:
    bad, *good = await pools_with_a_hold(capacity, 5)
    await capacity.pool.execute(OF_A_LATER_RELEASE, bad)
    capacity.clock.forward(OLD)

    with capture_logs() as logs:
        await run(capacity, round_named(name, metrics), metrics)

    assert sorted(await handled(capacity, name)) == good
    assert [each["pool_id"] for each in logs if each["event"] == "pool.not_handled"] == [str(bad)]
    sample = metrics.registry.get_sample_value
    assert sample("kith_capacity_pools_not_handled_total", {"round": name}) == 1
    assert sample("kith_capacity_pools_set_aside") == 1


async def test_it_is_passed_over_for_a_while_and_goes_on_once_it_is_put_right(
    capacity: CapacityAtWork, metrics: CapacityMetrics
) -> None:
    (bad,) = await pools_with_a_hold(capacity, 1)
    await capacity.pool.execute(OF_A_LATER_RELEASE, bad)
    capacity.clock.forward(OLD)
    await run(capacity, DECAY, metrics)

    assert await run(capacity, DECAY, metrics) == 0
    await capacity.pool.execute(PUT_RIGHT)
    assert await run(capacity, DECAY, metrics) == 0
    capacity.clock.forward(timedelta(minutes=1))
    assert await run(capacity, DECAY, metrics) == 1

    assert await handled(capacity, "signal-decay") == [bad]
    capacity.clock.forward(timedelta(days=2))
    await run(capacity, DECAY, metrics)
    assert await capacity.pool.fetchval("SELECT count(*) FROM set_aside_pools") == 0


async def test_more_than_are_taken_at_once_are_all_handled(
    capacity: CapacityAtWork, metrics: CapacityMetrics
) -> None:
    await capacity.pool.execute(
        """INSERT INTO pools (pool_id, service_id, service_name, service_version, status, version, source,
               confirmed_at, expires_at)
           SELECT gen_random_uuid(), gen_random_uuid(), 'Art for all', 1, 'full', 1, 'api', $1, $1
           FROM generate_series(1, $2)""",
        capacity.clock(),
        2 * AT_ONCE + 1,
    )

    assert await run(capacity, DECAY, metrics) == 2 * AT_ONCE + 1

    assert (
        await capacity.pool.fetchval("SELECT count(*) FROM pools WHERE status = 'unknown'") == 2 * AT_ONCE + 1
    )

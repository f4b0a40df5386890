"""A provider is asked, once for each word, before what they said counts no more."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.capacity.entrypoints.side_tasks import reminders_round
from services.capacity.use_cases.remind_providers import remind_providers
from shared.events.capacity import SignalExpiringV1
from shared.postgres.pool import transaction
from tests.component.capacity.at_work import CapacityAtWork, decay_all, published, run
from tests.support.reaching import EVERYWHERE

DAY = timedelta(days=1)
TWO_DAYS_BEFORE = reminders_round(2 * DAY)


async def reminded(capacity: CapacityAtWork) -> list[tuple[UUID, int]]:
    await run(capacity, TWO_DAYS_BEFORE)
    told = [each.model_dump() for each in await capacity.said(SignalExpiringV1)]
    return [(each["pool_id"], each["version"]) for each in told]


@pytest.mark.parametrize("status", ["open", "full"])
async def test_two_days_before_it_runs_out_and_once_for_each_word(
    capacity: CapacityAtWork, status: str
) -> None:
    pool_id = await capacity.a_pool(status)
    capacity.clock.forward(5 * DAY - timedelta(seconds=1))
    assert await reminded(capacity) == []

    capacity.clock.forward(timedelta(seconds=1))
    assert await reminded(capacity) == [(pool_id, 1)]
    assert await reminded(capacity) == [(pool_id, 1)]

    await capacity.say(pool_id, status, seen=1)
    capacity.clock.forward(5 * DAY)
    assert await reminded(capacity) == [(pool_id, 1), (pool_id, 2)]


async def test_who_spoke_anew_while_they_were_to_be_reminded_is_reminded_of_that_word_in_its_time(
    capacity: CapacityAtWork,
) -> None:
    pool_id = await capacity.a_pool("open")
    capacity.clock.forward(6 * DAY)
    await capacity.say(pool_id, "open", seen=1)  # after the round listed the pool, before it locked it
    async with transaction(capacity.pool, EVERYWHERE) as connection:
        assert await remind_providers(connection, [pool_id], capacity.clock()) == []
    assert await reminded(capacity) == []

    capacity.clock.forward(5 * DAY)
    assert await reminded(capacity) == [(pool_id, 2)]


async def test_it_names_the_organisation_and_when_it_runs_out(capacity: CapacityAtWork) -> None:
    pool_id, organisation_id = uuid4(), uuid4()
    await capacity.hear([published(uuid4(), [pool_id], organisation_id=organisation_id)])
    said = (await capacity.say(pool_id, "limited", 2)).json()
    capacity.clock.forward(6 * DAY)
    await run(capacity, TWO_DAYS_BEFORE)

    (told,) = await capacity.said(SignalExpiringV1)
    data = told.model_dump(mode="json")
    assert (data["organisation_id"], data["expires_at"]) == (str(organisation_id), said["expires_at"])


async def test_a_break_of_two_days_is_not_followed_by_a_reminder_at_once(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    await capacity.say(pool_id, "paused", paused_until=(capacity.clock() + 2 * DAY).isoformat())
    assert await reminded(capacity) == []

    capacity.clock.forward(DAY)
    assert await reminded(capacity) == [(pool_id, 1)]


async def test_nobody_is_reminded_of_what_counts_no_more_or_of_a_service_that_is_withdrawn(
    capacity: CapacityAtWork,
) -> None:
    decayed, withdrawn, service_id = await capacity.a_pool("open", 1), uuid4(), uuid4()
    await capacity.hear([published(service_id, [withdrawn])])
    await capacity.say(withdrawn, "open", 1)
    capacity.clock.forward(8 * DAY)
    await decay_all(capacity)
    assert await reminded(capacity) == []

    await capacity.say(withdrawn, "open", 1, seen=2)
    await capacity.hear([published(service_id, [], version=2)])
    capacity.clock.forward(6 * DAY)
    assert await reminded(capacity) == []
    assert (await capacity.get(f"/capacity/api/pools/{decayed}")).json()["status"] == "unknown"

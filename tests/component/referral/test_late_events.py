"""What others say of somebody after referral has forgotten them brings no row about them back."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from services.referral.entrypoints.event_subscribers import subscriptions
from services.referral.storage.due_legs import set_aside
from services.referral.use_cases.erase_person import erase_person
from shared.events.check import EXAMPLES
from shared.events.envelope import Event, new_event
from shared.events.event_data import EventData
from shared.events.referral import PlaceRequestedV1
from shared.messaging.consumer_pipeline import ConsumerPipeline
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.subscription import Subscription
from shared.postgres.pool import transaction
from shared.postgres.reach import rounds_reach
from tests.component.referral.golden_messages import AREA
from tests.component.referral.referral_world import ReferralWorld
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE
from tests.support.rows_about import tables_that_name
from tests.support.stored_records import stored

# That they asked, who has answered, and that no link about them works: ids alone.
TOMBSTONES = {"erasures", "erasure_answers", "link_subjects"}


def told_of_people(heard: Sequence[Subscription]) -> list[tuple[Subscription, type[EventData]]]:
    return [
        (each, model)
        for each in heard
        for model in each.wanted.values()
        if model.model_fields.keys() & {"person_id", "referral_id", "request_id"}
    ]


async def forget(world: ReferralWorld, referral_id: UUID) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await erase_person(connection, referral_id, world.clock(), world.vault, world.by)


async def test_whatever_comes_after_a_person_was_forgotten_leaves_no_row_about_them(
    world: ReferralWorld, offered: PlaceRequestedV1
) -> None:
    person_id = await world.pool.fetchval("SELECT person_id FROM people")
    ids = {
        "person_id": person_id, "referral_id": offered.referral_id, "leg_id": offered.leg_id,
        "request_id": offered.request_id, "pool_id": offered.pool_id, "follow_up_id": uuid4(),
    }  # fmt: skip
    named = [each for name, each in ids.items() if name != "pool_id"]
    await forget(world, offered.referral_id)
    before = await tables_that_name(world.pool, named)
    keys = await world.pool.fetchval("SELECT count(*) FROM audit_keys")
    late = told_of_people(subscriptions(world.settings, world.clock, world.by))

    for number, (subscription, model) in enumerate(late):
        await hear(world, subscription, event_about(model, ids), number)

    assert len(late) >= 8  # four words about places, a follow-up, three answers
    assert await world.pool.fetch("SELECT reason FROM deferred_events") == []
    assert before <= TOMBSTONES
    assert await tables_that_name(world.pool, named) == TOMBSTONES
    assert await world.pool.fetchval("SELECT count(*) FROM audit_keys") == keys  # none for the person anew


def event_about(model: type[EventData], ids: dict[str, UUID]) -> Event[Any]:
    example = json.loads((EXAMPLES / model.event_type / "full.json").read_text())
    own = {name: value for name, value in ids.items() if name in model.model_fields}
    return new_event(model.model_validate(example | own), area=AREA)


async def hear(world: ReferralWorld, subscription: Subscription, event: Event[Any], number: int) -> None:
    pipeline = ConsumerPipeline(subscription, world.pool, MessagingMetrics())
    await pipeline.take(pipeline.read([stored(event, number)]))


async def test_a_round_that_fails_while_a_person_is_forgotten_leaves_no_row(
    world: ReferralWorld, offered: PlaceRequestedV1
) -> None:
    async def note() -> None:
        async with transaction(world.pool, rounds_reach("referral")) as connection:
            await set_aside(
                connection, offered.leg_id, by="lapse-offers", error="SomeError", now=world.clock()
            )

    async def waits_or_is_done() -> bool:
        return noting.done() or await somebody_waits_for_a_lock(world.pool)

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await erase_person(connection, offered.referral_id, world.clock(), world.vault, world.by)
        noting = asyncio.create_task(note())
        await eventually(waits_or_is_done)
    await noting

    assert await world.pool.fetchval("SELECT count(*) FROM set_aside_legs") == 0

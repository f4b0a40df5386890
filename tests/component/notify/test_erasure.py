"""Notify forgets what was sent to a person, and to others about them."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.notify.entrypoints.event_subscribers import subscriptions
from shared.events.envelope import Event
from shared.events.notify import PersonErasureAnsweredV1
from shared.events.outcomes import FollowUpDueV1
from shared.events.referral import PersonErasedV1, ReferralAcceptedV1, ReferralReceivedV1, ReferralWithdrawnV1
from shared.messaging.consumer_pipeline import ConsumerPipeline
from shared.messaging.deferred_events import Deferral, Status, defer
from shared.messaging.failures import IgnorableEvent
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.retrier import Retrier
from shared.messaging.subscription import Subscription
from shared.postgres.pool import Connection, transaction
from tests.component.notify.notify_world import START, NotifyWorld, event_of
from tests.component.notify.recipient_owner import address_of
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE
from tests.support.stored_records import stored

MESSAGES = "SELECT count(*) FROM messages"


async def test_messages_to_a_person_and_about_them_are_forgotten_and_none_is_made_after(
    world: NotifyWorld,
) -> None:
    person, referral_id = uuid4(), uuid4()
    received = event_of(
        ReferralReceivedV1,
        person_id=person,
        referral_id=referral_id,
        door="gp",
        needs=["housing"],
        received_at=START,
    )
    accepted = event_of(ReferralAcceptedV1, person_id=person, referral_id=referral_id, need="housing")
    other = event_of(ReferralReceivedV1, door="gp", needs=["housing"], received_at=START)
    await world.hear(received, accepted, other)
    assert await world.pool.fetchval(MESSAGES) == 4
    erased = event_of(
        PersonErasedV1,
        person_id=person,
        referral_id=referral_id,
        leg_ids=[accepted.data.leg_id],
        request_ids=[accepted.data.request_id],
    )

    await world.hear(erased)
    late = event_of(ReferralReceivedV1, person_id=person, door="gp", needs=["housing"], received_at=START)
    with pytest.raises(IgnorableEvent, match="person-erased"):
        await world.hear(late)

    left = await world.pool.fetch("SELECT recipient_id FROM messages")
    assert [row["recipient_id"] for row in left] == [other.data.person_id]
    [answer] = [each.data for each in await world.said()]
    assert answer == PersonErasureAnsweredV1(referral_id=referral_id, person_id=person)


def stopped_and_erased() -> tuple[Event[ReferralWithdrawnV1], Event[PersonErasedV1]]:
    """What referral says of a person with a place who asks to be forgotten."""
    ids = {"organisation_id": uuid4(), "request_id": uuid4(), "service_id": uuid4(), "referrer_id": uuid4()}
    stopped = event_of(ReferralWithdrawnV1, need="domestic-abuse", **ids)
    about = stopped.data
    erased = event_of(
        PersonErasedV1,
        person_id=about.person_id,
        referral_id=about.referral_id,
        leg_ids=[about.leg_id],
        request_ids=[about.request_id],
    )
    return stopped, erased


async def test_a_group_and_a_referrer_hear_that_a_person_has_stopped_who_is_forgotten_at_once(
    world: NotifyWorld,
) -> None:
    stopped, erased = stopped_and_erased()

    await world.hear(stopped, erased)

    assert await world.said() == []  # something is held until they know
    await world.send_all()

    assert stopped.data.organisation_id
    assert stopped.data.referrer_id
    [to_group] = world.mailbox.to(address_of(stopped.data.organisation_id))
    assert "do not get in touch with them again" in " ".join(to_group.get_content().split())
    assert "http" not in to_group.get_content()
    [to_referrer] = world.mailbox.to(address_of(stopped.data.referrer_id))
    assert f"REF-{stopped.data.referral_id.hex}" in to_referrer.get_content()
    assert await world.pool.fetchval(MESSAGES) == 0
    assert await world.pool.fetchval("SELECT count(*) FROM owed_erasure_answers") == 0
    [answer] = [each for each in await world.said() if each.type == PersonErasureAnsweredV1.event_type]
    assert answer.data == PersonErasureAnsweredV1(
        referral_id=stopped.data.referral_id, person_id=stopped.data.person_id
    )
    assert answer.causation_id == erased.id


async def test_who_has_to_stop_hears_it_also_of_another_referral_of_somebody_who_was_forgotten(
    world: NotifyWorld,
) -> None:
    """Two referrals of one person stand in no order: what ends the second may come behind the wish about the first."""
    _, first = stopped_and_erased()
    of_second = {"person_id": first.data.person_id, "referral_id": uuid4()}
    ids = {"organisation_id": uuid4(), "request_id": uuid4(), "service_id": uuid4(), "referrer_id": uuid4()}
    stopped = event_of(ReferralWithdrawnV1, need="housing", **of_second, **ids)
    due = event_of(FollowUpDueV1, **of_second, occasion="before", instrument="swemwbs", due_at=START)
    second = event_of(
        PersonErasedV1, **of_second, leg_ids=[stopped.data.leg_id], request_ids=[stopped.data.request_id]
    )
    await world.hear(first)

    await world.hear(stopped)
    with pytest.raises(IgnorableEvent, match="person-erased"):
        await world.hear(due)
    await world.hear(second)
    await world.send_all()

    assert len(world.mailbox.to(address_of(ids["organisation_id"]))) == 1
    assert len(world.mailbox.to(address_of(ids["referrer_id"]))) == 1
    assert await world.pool.fetchval(MESSAGES) == 0
    with pytest.raises(IgnorableEvent, match="person-erased"):
        await world.hear(stopped)


async def test_what_tells_of_stopping_and_cannot_be_sent_is_forgotten_in_the_end(world: NotifyWorld) -> None:
    stopped, erased = stopped_and_erased()
    assert stopped.data.organisation_id
    assert stopped.data.referrer_id
    world.owner.unreachable |= {stopped.data.organisation_id, stopped.data.referrer_id}
    await world.hear(stopped, erased)

    await world.send_all()

    assert await world.pool.fetchval(MESSAGES) == 0
    assert [each.type for each in await world.said()].count(PersonErasureAnsweredV1.event_type) == 1


def subscription_of(world: NotifyWorld, event: Event[Any]) -> Subscription:
    [found] = [each for each in subscriptions(world.clock) if event.type in each.wanted]
    return found


async def test_what_is_put_aside_about_a_person_comes_before_their_wish_and_the_group_still_hears(
    world: NotifyWorld,
) -> None:
    stopped, erased = stopped_and_erased()
    subscription, metrics = subscription_of(world, erased), MessagingMetrics()
    pipeline = ConsumerPipeline(subscription, world.pool, metrics)
    [delivery] = pipeline.read([stored(stopped, 1)])
    async with transaction(world.pool, EVERYWHERE) as connection:
        await defer(connection, subscription.group, [Deferral(delivery, Status.RETRY, "bug: SomeError")])

    await pipeline.take(pipeline.read([stored(erased, 2)]))

    waiting = await world.pool.fetch("SELECT event_type, reason FROM deferred_events ORDER BY id")
    assert [tuple(row) for row in waiting] == [
        (stopped.type, "bug: SomeError"),
        (erased.type, "earlier-events-put-aside"),
    ]
    await world.pool.execute("UPDATE deferred_events SET due_at = now()")
    retrier = Retrier(world.pool, [subscription], metrics)
    while await retrier.try_next():
        pass
    await world.send_all()
    assert stopped.data.organisation_id
    [to_group] = world.mailbox.to(address_of(stopped.data.organisation_id))
    assert "http" not in to_group.get_content()
    assert await world.pool.fetchval(MESSAGES) == 0
    assert [each.type for each in await world.said()].count(PersonErasureAnsweredV1.event_type) == 1


async def test_what_is_refused_by_the_retrier_is_counted_too(world: NotifyWorld) -> None:
    stopped, erased = stopped_and_erased()
    await world.hear(erased)
    subscription, metrics = subscription_of(world, stopped), MessagingMetrics()
    [delivery] = ConsumerPipeline(subscription, world.pool, metrics).read([stored(stopped)])
    async with transaction(world.pool, EVERYWHERE) as connection:
        await defer(connection, subscription.group, [Deferral(delivery, Status.RETRY, "bug: SomeError")])

    assert await Retrier(world.pool, [subscription], metrics).try_next()

    assert metrics.events.labels(subscription.group, stopped.type, "ignored")._value.get() == 1
    assert await world.pool.fetchval(MESSAGES) == 0
    assert await world.pool.fetchval("SELECT count(*) FROM deferred_events") == 0


@pytest.mark.parametrize("first", ["wish", "follow-up"])
async def test_a_follow_up_that_falls_due_while_a_person_is_forgotten_makes_no_message(
    world: NotifyWorld, first: str
) -> None:
    """The two come on topics of their own, so they may be taken in the same moment."""
    _, erased = stopped_and_erased()
    due = event_of(
        FollowUpDueV1,
        person_id=erased.data.person_id,
        referral_id=erased.data.referral_id,
        occasion="before",
        instrument="swemwbs",
        due_at=START,
    )
    earlier, later = (erased, due) if first == "wish" else (due, erased)

    async def take(connection: Connection, event: Event[Any]) -> None:
        await subscription_of(world, event).handle(connection, [event])

    async def take_second() -> None:
        async with transaction(world.pool, EVERYWHERE) as connection:
            await take(connection, later)

    async def waits_or_is_done() -> bool:
        return taking.done() or await somebody_waits_for_a_lock(world.pool)

    async with transaction(world.pool, EVERYWHERE) as connection:
        await take(connection, earlier)
        taking = asyncio.create_task(take_second())
        await eventually(waits_or_is_done)
    [ended] = await asyncio.gather(taking, return_exceptions=True)

    assert isinstance(ended, IgnorableEvent) is (first == "wish")
    assert await world.pool.fetchval(MESSAGES) == 0

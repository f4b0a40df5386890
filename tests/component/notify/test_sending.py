"""What goes wrong on the way: tried again when it may help, failed with a reason when it cannot."""

import asyncio
from datetime import timedelta

from services.notify.domain.delivery_attempts import PAUSES
from shared.events.envelope import Event
from shared.events.referral import ReferralReceivedV1
from tests.component.notify.notify_world import START, NotifyWorld, event_of
from tests.component.notify.recipient_owner import address_of

LEASE = timedelta(seconds=60)


async def one_message(world: NotifyWorld) -> Event[ReferralReceivedV1]:
    event = event_of(ReferralReceivedV1, door="self", needs=["housing"], received_at=START)
    await world.hear(event)
    return event


async def state(world: NotifyWorld) -> tuple[str, int, str | None]:
    [(_, state, attempts, reason)] = await world.states()
    return state, attempts, reason


async def test_a_recipient_without_an_address_fails_at_once(world: NotifyWorld) -> None:
    event = await one_message(world)
    world.owner.unreachable.add(event.data.person_id)

    await world.send_all()

    assert await state(world) == ("failed", 1, "no-address")
    [failed] = await world.said()
    assert (failed.type, failed.data.reason) == ("notify.message-failed.v1", "no-address")


async def test_an_address_that_the_server_refuses_for_good_fails_at_once(world: NotifyWorld) -> None:
    event = await one_message(world)
    world.mailbox.refused.add(address_of(event.data.person_id))

    await world.send_all()

    assert await state(world) == ("failed", 1, "refused")


async def test_a_server_that_asks_for_patience_gets_the_mail_later(world: NotifyWorld) -> None:
    await one_message(world)
    world.mailbox.answers.append("451 try later")

    await world.send_all()
    assert await state(world) == ("pending", 1, None)
    await world.send_all()
    assert world.mailbox.mails == [], "not before its pause is over"
    world.clock.move(PAUSES[0])
    await world.send_all()

    assert await state(world) == ("sent", 2, None)
    assert len(world.mailbox.mails) == 1


async def test_an_owner_that_is_away_is_asked_again_until_we_give_up(world: NotifyWorld) -> None:
    await one_message(world)
    world.owner.overloaded = True

    for pause in (*PAUSES, timedelta()):
        await world.send_all()
        world.clock.move(pause)

    assert await state(world) == ("failed", len(PAUSES) + 1, "gave-up")
    assert len(world.owner.asked) == len(PAUSES) + 1
    [failed] = await world.said()
    assert failed.data.reason == "gave-up"


async def test_one_bad_recipient_does_not_hold_up_the_others(world: NotifyWorld) -> None:
    events = [await one_message(world) for _ in range(30)]
    world.owner.unknown.add(events[0].data.person_id)

    await world.send_all()

    assert len(world.mailbox.mails) == 29
    assert world.mailbox.connections <= world.settings.sending_at_once


async def test_the_state_sending_is_on_record_before_the_effect(world: NotifyWorld) -> None:
    await one_message(world)
    world.mailbox.may_answer.clear()

    sending = asyncio.create_task(world.sender.send_due())
    await world.mailbox.holding.wait()
    during = await state(world)
    world.mailbox.may_answer.set()
    await sending

    assert during == ("sending", 1, None)
    assert await state(world) == ("sent", 1, None)


async def test_a_sender_that_vanished_is_taken_over_after_its_lease_with_the_same_message_id(
    world: NotifyWorld,
) -> None:
    await one_message(world)
    world.mailbox.may_answer.clear()
    vanishing = asyncio.create_task(world.sender.send_due())
    await world.mailbox.holding.wait()
    vanishing.cancel()
    await asyncio.gather(vanishing, return_exceptions=True)
    world.mailbox.may_answer.set()

    await world.send_all()
    assert len(world.mailbox.mails) == 1, "its lease is not over"
    world.clock.move(LEASE)
    await world.send_all()

    first, second = world.mailbox.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert await state(world) == ("sent", 2, None)
    assert len(await world.said()) == 1


async def test_two_senders_beside_each_other_send_each_message_once(world: NotifyWorld) -> None:
    for _ in range(60):
        await one_message(world)

    await asyncio.gather(world.send_all(), world.send_all(), world.send_all())

    assert len(world.mailbox.mails) == 60
    assert len({mail["Message-ID"] for mail in world.mailbox.mails}) == 60


async def test_a_connection_that_the_server_closed_is_opened_again(world: NotifyWorld) -> None:
    await one_message(world)
    await world.send_all()
    world.mailbox.answers.append("421 closing, come again")
    await one_message(world)

    await world.send_all()
    world.clock.move(PAUSES[0])
    await world.send_all()

    assert len(world.mailbox.mails) == 2

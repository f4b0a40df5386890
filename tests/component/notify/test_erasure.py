"""Notify forgets what was sent to a person, and to others about them."""

from uuid import uuid4

from shared.events.notify import PersonErasureAnsweredV1
from shared.events.referral import PersonErasedV1, ReferralAcceptedV1, ReferralReceivedV1
from tests.component.notify.notify_world import START, NotifyWorld, event_of

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
        request_ids=[],
    )

    await world.hear(erased)
    late = event_of(ReferralReceivedV1, person_id=person, door="gp", needs=["housing"], received_at=START)
    await world.hear(late)

    left = await world.pool.fetch("SELECT recipient_id FROM messages")
    assert [row["recipient_id"] for row in left] == [other.data.person_id]
    [answer] = [each.data for each in await world.said()]
    assert answer == PersonErasureAnsweredV1(referral_id=referral_id, person_id=person)

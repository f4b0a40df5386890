"""A place that a leg still wants and capacity no longer holds: counted as a fault, and the leg goes on."""

from prometheus_client import CollectorRegistry

from services.referral.metrics import ReferralMetrics
from services.referral.use_cases.answer_offer import accept_offer, decline_offer
from shared.events import referral
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import freed, held, refused
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE


async def test_a_hold_that_is_gone_at_the_confirmation_is_counted(world: ReferralWorld) -> None:
    request = await offered_one(world)
    async with transaction(world.pool, EVERYWHERE) as connection:
        await accept_offer(connection, request.request_id, world.clock(), world.by)

    await world.hear_answers(refused(request, "hold-gone"))

    assert world.lost == ["gone"]


async def test_a_hold_that_capacity_took_away_is_counted(world: ReferralWorld) -> None:
    request = await offered_one(world)

    await world.hear_answers(freed(request, free=2, reason="expired"))

    assert world.lost == ["freed"]
    assert (await world.leg(request.leg_id)).state != "offered"


async def test_a_place_that_is_given_back_is_no_fault(world: ReferralWorld) -> None:
    request = await offered_one(world)
    async with transaction(world.pool, EVERYWHERE) as connection:
        await decline_offer(connection, request.request_id, "wrong-area", world.clock(), world.by)

    await world.hear_answers(freed(request, free=2))
    await world.hear_answers(refused(request, "hold-gone"))

    assert world.lost == []


def test_each_way_is_counted_from_nought() -> None:
    registry = CollectorRegistry()
    metrics = ReferralMetrics(registry)

    metrics.hold_lost("gone")

    counted = [
        registry.get_sample_value("kith_referral_holds_lost_total", {"how": how}) for how in ("gone", "freed")
    ]
    assert counted == [1, 0]


async def offered_one(world: ReferralWorld) -> referral.PlaceRequestedV1:
    await world.service(("open", 2))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    return request

"""How well referrals fit is counted as it happens, shown to who refers, and slows those who scatter: by a day, no more."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.referral.entrypoints.leg_rounds import LegRounds
from services.referral.entrypoints.rounds import CHOOSE
from services.referral.metrics import ReferralMetrics
from services.referral.use_cases.answer_offer import DeclineReason, accept_offer, decline_offer
from shared.access.roles import Role
from shared.events import referral
from shared.postgres.pool import transaction
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import held, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import bearer, staff_caller

OURS, THEIRS = UUID(int=81), UUID(int=82)
# What the counters have to say, counted the slow way from every step that there was.
BY_HISTORY = """
SELECT l.referring_organisation_id AS referrer_id,
    count(*) FILTER (WHERE h.to_state = 'accepted')::int AS fitted,
    count(*) FILTER (WHERE h.from_state = 'offered' AND h.reason = 'not-suitable')::int AS did_not_fit
FROM leg_history h JOIN legs l USING (leg_id) WHERE l.referring_organisation_id IS NOT NULL
GROUP BY 1 HAVING count(*) FILTER (WHERE h.to_state = 'accepted' OR h.reason = 'not-suitable') > 0 ORDER BY 1
"""
COUNTED = """
SELECT referrer_id, sum(fitted)::int AS fitted, sum(did_not_fit)::int AS did_not_fit
FROM fit_counts GROUP BY referrer_id ORDER BY referrer_id
"""


@pytest.fixture
def world(world: ReferralWorld) -> ReferralWorld:
    world.clock.now = utc_now()  # tokens are of today
    return world


async def answered(
    world: ReferralWorld, answer: DeclineReason | None, organisation: UUID | None = OURS
) -> None:
    """Somebody is referred, offered and answered; without a reason the answer is yes."""
    await world.refer(referring_organisation_id=organisation)
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        if answer:
            await decline_offer(connection, request.request_id, answer, world.clock(), world.by)
        else:
            await accept_offer(connection, request.request_id, world.clock(), world.by)
    if not answer:
        await world.hear_answers(taken(request))


async def scatters(world: ReferralWorld) -> None:
    await world.service(("open", None))
    for _ in range(10):
        await answered(world, "not-suitable")


async def test_what_is_counted_is_what_happened(world: ReferralWorld) -> None:
    await world.service(("open", None))
    answers: list[DeclineReason | None] = ["not-suitable", "no-space", "risk", None]
    for answer in answers:
        await answered(world, answer)
    await answered(world, None, THEIRS)
    await answered(world, "not-suitable", None)

    counted = [tuple(row) for row in await world.pool.fetch(COUNTED)]

    assert counted == [(OURS, 1, 1), (THEIRS, 1, 0)]
    assert counted == [tuple(row) for row in await world.pool.fetch(BY_HISTORY)]


async def test_whoever_scatters_is_slowed_by_a_day_and_nobody_else_is(world: ReferralWorld) -> None:
    await scatters(world)
    slowed = await world.refer(referring_organisation_id=OURS)
    others = [await world.refer(referring_organisation_id=each) for each in (THEIRS, None)]
    rounds = LegRounds(world.pool, world.clock, ReferralMetrics(CollectorRegistry()), world.by)

    first = await world.leg(slowed.legs[0])
    world.clock.pass_time(timedelta(hours=24))
    await rounds.until_nothing_is_due(CHOOSE)

    assert (first.state, first.reason) == ("proposed", "looked-at-first")
    assert [(await world.leg(each.legs[0])).state for each in others] == ["requested", "requested"]
    assert (await world.leg(slowed.legs[0])).state == "requested"


async def test_the_brake_is_off_when_what_was_decided_is_long_past(world: ReferralWorld) -> None:
    await scatters(world)
    world.clock.pass_time(timedelta(days=90))

    referred = await world.refer(referring_organisation_id=OURS)

    assert (await world.leg(referred.legs[0])).state == "requested"


async def test_who_refers_sees_how_well_it_fits(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    await scatters(world)
    await answered(world, None, THEIRS)

    pages = {}
    for organisation in (OURS, THEIRS):
        caller = staff_caller(Role.REFERRER, world.clock(), organisations=(organisation,))
        headers = bearer(caller, world.clock())
        pages[organisation] = (await client.get("/referral/referred/without-help", headers=headers)).text

    assert "decided about 10 of those you referred" in pages[OURS]
    assert "That is fewer than 40 in 100" in pages[OURS]
    assert "decided about 1 of those you referred" in pages[THEIRS]
    assert "fewer than 40" not in pages[THEIRS]

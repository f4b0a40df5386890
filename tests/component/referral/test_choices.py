"""In an area that proposes, the person chooses among three: on their page, by a system, or in silence. Nothing is kept."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.referral.domain.area_policies import policy_of
from services.referral.entrypoints.leg_rounds import LegRounds
from services.referral.entrypoints.rounds import CHOOSE
from services.referral.metrics import ReferralMetrics
from services.referral.storage.routing_modes import keep_mode
from services.referral.use_cases import choosing_times
from services.referral.use_cases.answer_offer import decline_offer
from services.referral.use_cases.refer_person import Referred
from shared.events import referral
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import AREA, held, refused, signal
from tests.component.referral.referral_world import ReferralWorld
from tests.component.referral.test_gp_door import REFERRALS
from tests.component.referral.test_not_wanted import say
from tests.support.reaching import EVERYWHERE


@pytest.fixture
async def choosing(world: ReferralWorld) -> ReferralWorld:
    """A borough whose people choose within three days."""
    async with transaction(world.pool, EVERYWHERE) as connection:
        await keep_mode(connection, AREA, proposes=True, choose_hours=72)
    return world


async def four_services(world: ReferralWorld) -> dict[str, UUID]:
    """Four with space, of which the first suits best. Gives their ids by name."""
    for name, suits in (("Walks", ["women"]), ("Singing", []), ("Cooking", []), ("Chess", [])):
        await world.service(("open", 5), name=name, suits=suits)
    rows = await world.pool.fetch("SELECT name, service_id FROM copied_services")
    return {row["name"]: row["service_id"] for row in rows}


async def refer(world: ReferralWorld) -> Referred:
    return await world.refer(groups=frozenset({"women"}))


async def asked_service(world: ReferralWorld, referred: Referred) -> UUID | None:
    place = (await world.leg(referred.legs[0])).placement
    return place.service_id if place else None


def shown(page: str) -> list[str]:
    return re.findall(r"nhsuk-card__heading[^>]*><bdi>([^<]+)<", page)


async def test_three_are_shown_and_nothing_is_kept(
    client: httpx.AsyncClient, choosing: ReferralWorld
) -> None:
    await four_services(choosing)
    referred = await refer(choosing)

    page = await client.get(choosing.my_link(referred.referral_id))

    proposed = await choosing.last(referral.ReferralProposedV1)
    assert proposed.choose_by == choosing.clock() + timedelta(hours=72)
    assert not await choosing.heard_of(referral.PlaceRequestedV1)
    assert (await choosing.leg(referred.legs[0])).state == "proposed"
    assert len(shown(page.text)) == 3
    assert shown(page.text)[0] == "Walks"
    assert "For: Women" in page.text
    assert "Has places" in page.text
    assert await choosing.pool.fetchval("SELECT outcome FROM routing_decisions") == "propose"


async def test_who_chooses_is_asked_for_a_place_there(
    client: httpx.AsyncClient, choosing: ReferralWorld
) -> None:
    services = await four_services(choosing)
    referred = await refer(choosing)
    mine, [leg] = choosing.my_link(referred.referral_id), referred.legs
    said = {"leg_id": str(leg.leg_id), "service_id": str(services["Chess"])}

    answer = await client.post(f"{mine}/choose", data=said)

    assert answer.status_code == 303
    assert await asked_service(choosing, referred) == services["Chess"]
    steps = await choosing.pool.fetch("SELECT to_state, reason FROM leg_history ORDER BY id")
    assert [tuple(step) for step in steps][-2:] == [
        ("matching", "person-chose"),
        ("requested", "person-chose"),
    ]


async def test_not_this_one_shows_the_next_for_ever(
    client: httpx.AsyncClient, choosing: ReferralWorld
) -> None:
    services = await four_services(choosing)
    referred = await refer(choosing)
    mine = choosing.my_link(referred.referral_id)
    before = shown((await client.get(mine)).text)

    await client.post(f"{mine}/not-wanted", data={"service_id": str(services["Walks"])})
    after = shown((await client.get(mine)).text)

    assert len(before) == len(after) == 3
    assert set(after) == set(services) - {"Walks"}
    assert (await choosing.leg(referred.legs[0])).state == "proposed"


async def test_who_wants_none_of_them_is_not_left_standing(choosing: ReferralWorld) -> None:
    await choosing.service(("open", 1))
    referred = await refer(choosing)
    service_id = await choosing.pool.fetchval("SELECT service_id FROM copied_services")

    await say(choosing, referred.referral_id, service_id)

    assert (await choosing.leg(referred.legs[0])).state == "unmet"


async def test_who_leaves_it_to_us_gets_the_best_at_once_and_the_next_without_being_asked(
    client: httpx.AsyncClient, choosing: ReferralWorld
) -> None:
    services = await four_services(choosing)
    referred = await refer(choosing)
    mine, [leg] = choosing.my_link(referred.referral_id), referred.legs

    await client.post(f"{mine}/choose", data={"leg_id": str(leg.leg_id), "service_id": ""})
    first = await choosing.last(referral.PlaceRequestedV1)
    asked_first = await asked_service(choosing, referred)
    await choosing.hear_answers(held(first))
    async with transaction(choosing.pool, EVERYWHERE) as connection:
        await decline_offer(connection, first.request_id, "other", choosing.clock(), choosing.by)

    assert asked_first == services["Walks"]
    assert (await choosing.leg(leg)).state == "requested"
    assert len(await choosing.heard_of(referral.ReferralProposedV1)) == 1


async def test_who_chose_and_got_no_place_chooses_again(
    client: httpx.AsyncClient, choosing: ReferralWorld
) -> None:
    services = await four_services(choosing)
    referred = await refer(choosing)
    mine, [leg] = choosing.my_link(referred.referral_id), referred.legs
    said = {"leg_id": str(leg.leg_id), "service_id": str(services["Walks"])}
    await client.post(f"{mine}/choose", data=said)

    await choosing.hear_answers(refused(await choosing.last(referral.PlaceRequestedV1), "full"))

    assert (await choosing.leg(leg)).state == "proposed"
    assert "Walks" not in shown((await client.get(mine)).text)


async def test_silence_is_no_end(choosing: ReferralWorld) -> None:
    services = await four_services(choosing)
    referred = await refer(choosing)
    rounds = LegRounds(choosing.pool, choosing.clock, ReferralMetrics(CollectorRegistry()), choosing.by)

    early = await rounds.until_nothing_is_due(CHOOSE)
    choosing.clock.pass_time(timedelta(hours=72))
    done = await rounds.until_nothing_is_due(CHOOSE)

    assert (early, done) == (0, 1)
    assert await asked_service(choosing, referred) == services["Walks"]
    assert (await choosing.leg(referred.legs[0])).left_to_us
    reasons = await choosing.pool.fetch("SELECT reason FROM leg_history ORDER BY id")
    assert "no-choice-in-time" in [row["reason"] for row in reasons]


async def test_silence_while_all_have_filled_ends_on_the_list(choosing: ReferralWorld) -> None:
    [pool] = await choosing.service(("open", 1))
    referred = await refer(choosing)
    await choosing.hear_signals(signal(pool, "full", 0, version=2))
    rounds = LegRounds(choosing.pool, choosing.clock, ReferralMetrics(CollectorRegistry()), choosing.by)

    choosing.clock.pass_time(timedelta(hours=72))
    await rounds.until_nothing_is_due(CHOOSE)

    assert (await choosing.leg(referred.legs[0])).state == "waiting"


async def test_what_has_filled_meanwhile_is_said_and_can_be_chosen_no_more(
    client: httpx.AsyncClient, choosing: ReferralWorld
) -> None:
    [pool] = await choosing.service(("open", 1))
    referred = await refer(choosing)
    mine, [leg] = choosing.my_link(referred.referral_id), referred.legs
    service_id = await choosing.pool.fetchval("SELECT service_id FROM copied_services")
    await choosing.hear_signals(signal(pool, "full", 0, version=2))

    said = {"leg_id": str(leg.leg_id), "service_id": str(service_id)}
    answer = await client.post(f"{mine}/choose", data=said)

    assert answer.status_code == 409
    assert "That group has no space any more" in answer.text
    assert "Just now none of them has space" in answer.text
    assert (await choosing.leg(leg)).state == "proposed"


async def test_a_system_reads_the_three_and_chooses_for_the_person(
    client: httpx.AsyncClient, choosing: ReferralWorld
) -> None:
    services = await four_services(choosing)
    referred = await refer(choosing)
    path = f"{REFERRALS}/{referred.referral_id}/legs/{referred.legs[0].leg_id}/choice"

    read = await client.get(path)
    chosen = await client.post(path, json={"service_id": str(services["Singing"])})
    again = await client.post(path, json={"service_id": str(services["Singing"])})

    first = read.json()["services"][0]
    assert (first["name"], "group:women" in first["fits"]) == ("Walks", True)
    assert (chosen.status_code, chosen.json()["state"]) == (200, "requested")
    assert (again.status_code, again.json()["type"].rsplit("/", 1)[-1]) == (409, "nothing-to-choose")
    assert await choosing.pool.fetchval("SELECT reason FROM leg_history ORDER BY id DESC") == (
        "chosen-for-them"
    )


async def test_an_area_that_does_not_propose_asks_at_once(world: ReferralWorld) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        await keep_mode(connection, AREA, proposes=False, choose_hours=72)
        await keep_mode(connection, "E09000001", proposes=True, choose_hours=72)
    await world.service(("open", 1))

    referred = await world.refer()

    assert (await world.leg(referred.legs[0])).state == "requested"


async def test_a_policy_proposes_and_the_word_of_an_area_stands_over_it(
    world: ReferralWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = replace(policy_of(AREA), mode="propose-three", hours_to_choose=48)
    monkeypatch.setattr(choosing_times, "policy_of", lambda _: asks)
    await world.service(("open", 2))

    by_policy = await world.leg((await world.refer()).legs[0])
    choose_by = world.clock() + timedelta(hours=48)
    async with transaction(world.pool, EVERYWHERE) as connection:
        await keep_mode(connection, AREA, proposes=False, choose_hours=72)
    by_own_word = await world.leg((await world.refer()).legs[0])

    assert (by_policy.state, by_policy.answer_by) == ("proposed", choose_by)
    assert by_own_word.state == "requested"


async def test_the_page_is_whole_in_another_language(
    client: httpx.AsyncClient, choosing: ReferralWorld
) -> None:
    await four_services(choosing)
    referred = await refer(choosing)

    page = await client.get(choosing.my_link(referred.referral_id), params={"lang": "pl"})

    assert "Wybierzcie za mnie" in page.text
    assert "Has places" not in page.text

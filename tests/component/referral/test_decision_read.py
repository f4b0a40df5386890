"""What was decided for a leg, as it can be read again: by a link worker's system, and by the person on their own page."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import httpx

from services.referral.domain import waiting_policy
from services.referral.domain.area_policies import policy_of
from services.referral.use_cases.answer_offer import decline_offer
from shared.events import referral
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import AREA, held, signal
from tests.component.referral.referral_world import AMINA, ReferralWorld
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import system_bearer

READ = "/referral/api/referrals/{}"


async def read(client: httpx.AsyncClient, referral_id: UUID, **headers: str) -> dict[str, Any]:
    answer = await client.get(READ.format(referral_id), headers=headers)
    assert answer.status_code == 200
    [leg] = answer.json()["legs"]
    return dict(leg)


async def test_a_decision_reads_as_a_sentence_with_its_policy(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 2), name="Ealing Lunch Club", languages=["en", "so"])
    await world.service(("full", 0), ("paused", 0), languages=["so"])
    await world.service(("open", 1), languages=["so"], maximum_age=65)
    referred = await world.refer(person=AMINA)

    leg = await read(client, referred.referral_id)

    [decision] = leg["decisions"]
    assert (decision["outcome"], decision["policy"]) == ("request", "nearest-that-fits-3")
    assert decision["why"] == (
        "Asked Ealing Lunch Club first: open, 1 km, speaks Somali. Two others suit: one full, one paused. "
        "One does not: one for age."
    )


async def test_after_a_decline_it_reads_on_with_what_was_learnt(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 1), name="First Choice", suits=["women"])
    await world.service(("open", 1), name="Second Choice")
    referred = await world.refer(groups=frozenset({"women"}))
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await decline_offer(connection, request.request_id, "no-space", world.clock(), world.by)

    leg = await read(client, referred.referral_id)

    assert [each["why"] for each in leg["decisions"]] == [
        "Asked First Choice first: open, there for people like them, 1 km. One other suits: one after it in order.",
        "Asked Second Choice first: open, 1 km. One other suits: one asked before and not heard from since.",
    ]


async def test_it_says_that_there_is_nothing(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    leg = await read(client, (await world.refer()).referral_id)

    assert leg["state"] == "unmet"
    assert [each["why"] for each in leg["decisions"]] == ["There is no service for this need in this area."]


async def test_an_organisation_reads_nothing_of_where_else_somebody_was_asked_for(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    ours = uuid4()
    await world.service(("open", 1), organisation_id=ours)
    referred = await world.refer()
    await world.hear_answers(held(await world.last(referral.PlaceRequestedV1)))
    of_theirs = system_bearer("referrals:read", organisation=ours)

    assert (await read(client, referred.referral_id))["decisions"]
    assert (await read(client, referred.referral_id, **of_theirs))["decisions"] == []


async def test_the_person_reads_why_in_plain_words(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    await world.service(("open", 1), languages=["en", "so"])
    await world.service(("full", 0))
    referred = await world.refer(person=AMINA)

    page = await client.get(world.my_link(referred.referral_id))
    in_polish = await client.get(world.my_link(referred.referral_id) + "?lang=pl")

    assert "We looked at 2 groups. 1 of them is right for you." in page.text
    assert "People there speak your language." in page.text
    assert "We looked at" not in in_polish.text


async def test_the_person_reads_what_stood_against_them_and_no_names(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    """HLP-7, the person's side: no service in their language is a reason, not silence."""
    await world.service(("open", 1), name="Ealing Lunch Club")
    referred = await world.refer(person=AMINA)

    page = await client.get(world.my_link(referred.referral_id))

    assert "We looked at 1 group. Most of them do not speak your language." in page.text
    assert "Ealing Lunch Club" not in page.text


async def test_of_who_waits_it_says_what_points_they_joined_the_line_with(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    ours = uuid4()
    await world.service(("full", 0), organisation_id=ours)
    referred = await world.refer(groups=frozenset({"carers"}), deprivation=1)
    weighs = replace(policy_of(AREA), for_most_deprived=4)

    assert (await read(client, referred.referral_id))["points_in_line"] == (
        "Joined the line with 3 points: 2 for being among carers, 1 for how deprived their borough is."
        " One more comes with each week of waiting."
    )
    with patch.object(waiting_policy, "policy_of", lambda _: weighs):
        assert (
            "4 for a neighbourhood in the most deprived fifth of England"
            in ((await read(client, referred.referral_id))["points_in_line"])
        )


async def test_who_lives_in_a_deprived_neighbourhood_is_given_a_place_before_others_where_the_area_weighs_it(
    world: ReferralWorld,
) -> None:
    """LEE-16: the policy of the area can weigh deprivation; by itself it weighs nothing."""
    weighs = replace(policy_of(AREA), for_most_deprived=4)
    [pool] = await world.service(("full", 0))
    await world.refer(deprivation=9)
    poor = (await world.refer(deprivation=1)).legs[0]

    with patch.object(waiting_policy, "policy_of", lambda _: weighs):
        await world.hear_signals(signal(pool, "open", 1, version=2))

    assert [each.leg_id for each in await world.heard_of(referral.PlaceRequestedV1)] == [poor.leg_id]

"""Who the person is: asked for by the provider that has a place for them, shown behind the mailed link, else never."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from structlog.testing import capture_logs

from services.referral.settings import ReferralSettings
from services.referral.use_cases.answer_offer import accept_offer, record_completion, record_start
from services.referral.use_cases.withdraw_need import withdraw_need
from shared.events import referral
from shared.postgres.pool import transaction
from shared.security.signed_links import PATHS, Purpose, mint
from tests.component.referral.golden_messages import taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

AS_BROWSER = {"accept": "text/html"}
SECRETS = ("Amina", "Oyelaran", "amina.oyelaran", "900123")


def link(settings: ReferralSettings, world: ReferralWorld, purpose: Purpose, subject: UUID) -> str:
    token = mint(settings.link_signing_key, purpose, subject, world.clock() + timedelta(minutes=30))
    return PATHS[purpose].format(token=token)


def ask_path(settings: ReferralSettings, world: ReferralWorld, request_id: UUID) -> str:
    return link(settings, world, Purpose.PROGRESS, request_id) + "/contact"


async def test_asking_says_ids_alone_and_the_page_says_where_the_link_goes(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    placed: referral.PlaceRequestedV1,
) -> None:
    progress = link(settings, world, Purpose.PROGRESS, placed.request_id)
    before = await client.get(progress)

    asked = await client.post(progress + "/contact", data={"contact": "send"})
    after = await client.get(asked.headers["location"])

    assert "Send me their name and how to reach them" in before.text
    assert asked.status_code == 303
    assert "You asked on Monday 23 November 2026" in after.text
    said = await world.last(referral.ReferralContactAskedV1)
    leg = await world.leg(placed.leg_id)
    assert leg.placement is not None
    assert said.model_dump() == {
        "referral_id": placed.referral_id,
        "leg_id": placed.leg_id,
        "organisation_id": leg.placement.organisation_id,
        "request_id": placed.request_id,
    }
    for page in (before, asked, after):
        assert not [secret for secret in SECRETS if secret in page.text]


@pytest.mark.parametrize("state", ["accepted", "started"])
async def test_the_link_shows_who_they_are_only_on_the_button_and_is_kept_nowhere(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    placed: referral.PlaceRequestedV1,
    state: str,
) -> None:
    if state == "started":
        async with transaction(world.pool, EVERYWHERE) as connection:
            await record_start(connection, placed.leg_id, world.clock(), world.by)
    contact = link(settings, world, Purpose.PERSON_CONTACT, placed.request_id)

    with capture_logs() as logs:
        looked = await client.get(contact)
        shown = await client.post(contact)

    assert not [secret for secret in SECRETS if secret in looked.text]
    assert [secret for secret in SECRETS if secret in shown.text] == list(SECRETS)
    assert "Somali" in shown.text
    assert "9990000018" not in shown.text
    assert "17 May 1950" not in shown.text
    assert {each.headers["cache-control"] for each in (looked, shown)} == {"no-store"}
    title = shown.text.partition("<title>")[2].partition("</title>")[0]
    assert title
    for place in (title, str(shown.url), str(logs), str(await world.outbox())):
        assert not [secret for secret in SECRETS if secret in place]


async def test_the_person_sees_that_the_group_knows_how_to_reach_them(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    placed: referral.PlaceRequestedV1,
) -> None:
    mine = link(settings, world, Purpose.MY_REFERRAL, placed.referral_id)
    contact = link(settings, world, Purpose.PERSON_CONTACT, placed.request_id)
    known = "They know your name and how to reach you. They last looked on Monday 23 November 2026"

    await client.get(contact)
    assert known not in (await client.get(mine)).text
    await client.post(contact)
    assert known in (await client.get(mine)).text


async def test_the_person_sees_by_name_which_group_with_a_place_looked(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    offered: referral.PlaceRequestedV1,
) -> None:
    name = "Tea & talk"
    await world.pool.execute("UPDATE copied_services SET name = $1", name)
    seen = world.my_link(offered.referral_id) + "/seen"
    await client.get(link(settings, world, Purpose.OFFER, offered.request_id))
    only_asked = await client.get(seen)
    async with transaction(world.pool, EVERYWHERE) as connection:
        await accept_offer(connection, offered.request_id, world.clock(), world.by)
    await world.hear_answers(taken(offered))
    await client.get(link(settings, world, Purpose.PROGRESS, offered.request_id))

    page = await client.get(seen)

    assert "Tea" not in only_asked.text
    assert page.text.count("The group that has a place for you: Tea &amp; talk") == 1
    assert page.text.count("Tea") == 1  # who only asked or was asked stays without a name


@pytest.mark.asvs("V2.3.1")
async def test_before_the_place_is_booked_there_is_nothing_to_ask_for_and_nothing_to_see(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    offered: referral.PlaceRequestedV1,
) -> None:
    progress = await client.get(link(settings, world, Purpose.PROGRESS, offered.request_id))
    asked = await client.post(ask_path(settings, world, offered.request_id), headers=AS_BROWSER)
    shown = await client.post(link(settings, world, Purpose.PERSON_CONTACT, offered.request_id))

    assert "how to reach them" not in progress.text
    assert (asked.status_code, shown.status_code) == (409, 409)
    assert "only do so while they have a place with you" in asked.text
    assert not [secret for secret in SECRETS if secret in shown.text + asked.text]
    assert not await world.heard_of(referral.ReferralContactAskedV1)


@pytest.mark.parametrize("ending", ["withdrawn", "completed"])
async def test_a_link_that_was_sent_shows_nothing_once_it_is_over(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    placed: referral.PlaceRequestedV1,
    ending: str,
) -> None:
    contact = link(settings, world, Purpose.PERSON_CONTACT, placed.request_id)
    now = world.clock()
    async with transaction(world.pool, EVERYWHERE) as connection:
        if ending == "withdrawn":
            await withdraw_need(
                connection, referral_id=placed.referral_id, leg_id=placed.leg_id, now=now, by=world.by
            )
        else:
            await record_start(connection, placed.leg_id, now, world.by)
            await record_completion(connection, placed.leg_id, now, world.by)

    pages = [await client.get(contact), await client.post(contact)]
    pages.append(await client.post(ask_path(settings, world, placed.request_id)))

    assert [page.status_code for page in pages] == [409, 409, 409]
    assert not [secret for secret in SECRETS for page in pages if secret in page.text]


@pytest.mark.asvs("V2.3.2")
async def test_the_sixth_time_in_a_day_is_refused_in_plain_words(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    placed: referral.PlaceRequestedV1,
) -> None:
    path = ask_path(settings, world, placed.request_id)
    times = [(await client.post(path)).status_code for _ in range(5)]

    sixth = await client.post(path, headers=AS_BROWSER)

    assert times == [303] * 5
    assert sixth.status_code == 429
    assert "You have asked 5 times in a day" in sixth.text
    assert len(await world.heard_of(referral.ReferralContactAskedV1)) == 5
    world.clock.pass_time(timedelta(days=1, seconds=1))
    tomorrow = ask_path(settings, world, placed.request_id)
    assert (await client.post(tomorrow)).status_code == 303


async def test_no_other_link_and_no_old_one_opens_it(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    placed: referral.PlaceRequestedV1,
) -> None:
    progress = link(settings, world, Purpose.PROGRESS, placed.request_id)
    contact = link(settings, world, Purpose.PERSON_CONTACT, placed.request_id)

    other = await client.post(progress.replace("/progress/", "/contact/"))
    world.clock.pass_time(timedelta(minutes=30))
    late = await client.post(contact)

    assert (other.status_code, late.status_code) == (404, 410)
    assert "Amina" not in other.text + late.text

"""The pages behind links, as somebody reads them who chose another language: nothing in them stays English by chance."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from services.referral.settings import ReferralSettings
from shared.events import referral
from shared.security.signed_links import PATHS, Purpose, mint
from tests.component.referral.referral_world import ReferralWorld
from tests.support.page_words import left_in_english

ARABIC = {"cookie": "kith_language=ar", "accept": "text/html"}
DIRECTIONS = {"ar": "rtl", "bn": "ltr", "pl": "ltr", "so": "ltr"}


def link(settings: ReferralSettings, world: ReferralWorld, purpose: Purpose, subject: UUID) -> str:
    token = mint(settings.link_signing_key, purpose, subject, world.clock() + timedelta(minutes=30))
    return PATHS[purpose].format(token=token)


HEADINGS = {
    "": "إذا كنت تحتاج إلى المساعدة الآن",
    "/seen": "ما حدث، الأحدث أولاً",
    "/export": "ما تريد المساعدة فيه",
    "/erase": "احذفوا كل شيء عني",
}


@pytest.mark.parametrize("page", HEADINGS)
async def test_a_persons_own_pages_are_arabic_throughout(
    client: httpx.AsyncClient, world: ReferralWorld, placed: referral.PlaceRequestedV1, page: str
) -> None:
    mine = world.my_link(placed.referral_id)
    await client.get(mine)

    shown = await client.get(mine + page, headers=ARABIC)

    assert shown.status_code == 200
    assert left_in_english(shown.text, "rtl") == []
    assert shown.text.count(HEADINGS[page]) == 1


async def test_what_follows_a_persons_button_is_arabic_throughout(
    client: httpx.AsyncClient, world: ReferralWorld, placed: referral.PlaceRequestedV1
) -> None:
    mine = world.my_link(placed.referral_id)

    unread = await client.post(mine + "/withdraw", headers=ARABIC)
    erased = await client.post(mine + "/erase", headers=ARABIC)

    assert (unread.status_code, erased.status_code) == (422, 200)
    assert left_in_english(unread.text, "rtl") == []
    assert f'action="{mine}/withdraw"' in unread.text
    assert left_in_english(erased.text, "rtl") == []


async def test_who_waits_reads_how_many_are_before_them(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("full", 0))
    for _ in range(3):
        referred = await world.refer("loneliness", door="self")

    page = await client.get(world.my_link(referred.referral_id), headers=ARABIC)

    assert "قبلك شخصان (2) بين من ينتظرون هذا في منطقتك." in page.text
    assert left_in_english(page.text, "rtl") == []


@pytest.mark.parametrize("state", ["open", "answered badly", "accepted", "declined"])
async def test_an_offer_is_arabic_throughout(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    offered: referral.PlaceRequestedV1,
    state: str,
) -> None:
    offer = link(settings, world, Purpose.OFFER, offered.request_id)
    answers = {"accepted": {"answer": "accept"}, "declined": {"answer": "decline", "reason": "no-space"}}
    if state in answers:
        await client.post(offer, data=answers[state], headers=ARABIC)

    page = await (
        client.post(offer, data={"answer": "decline"}, headers=ARABIC)
        if state == "answered badly"
        else client.get(offer, headers=ARABIC)
    )

    assert left_in_english(page.text, "rtl") == []


@pytest.mark.parametrize("step", ["", "started", "finished"])
async def test_how_a_person_gets_on_is_arabic_throughout(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    placed: referral.PlaceRequestedV1,
    step: str,
) -> None:
    progress = link(settings, world, Purpose.PROGRESS, placed.request_id)
    if step:
        await client.post(progress + "/contact", headers=ARABIC)
        await client.post(progress, data={"step": "started"}, headers=ARABIC)
    if step == "finished":
        await client.post(progress, data={"step": "finished"}, headers=ARABIC)

    page = await client.get(progress, headers=ARABIC)

    assert page.status_code == 200
    assert left_in_english(page.text, "rtl") == []


async def test_who_a_person_is_stands_in_arabic_with_the_name_as_it_is(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    placed: referral.PlaceRequestedV1,
) -> None:
    contact = link(settings, world, Purpose.PERSON_CONTACT, placed.request_id)

    asked = await client.get(contact, headers=ARABIC)
    shown = await client.post(contact, headers=ARABIC)

    assert left_in_english(asked.text, "rtl") == []
    assert left_in_english(shown.text, "rtl") == []
    assert "<bdi>Amina Oyelaran</bdi>" in shown.text
    assert '<bdi dir="ltr">amina.oyelaran@example.org</bdi>' in shown.text


@pytest.mark.parametrize("language", sorted(DIRECTIONS))
async def test_the_switch_keeps_the_place_and_the_choice(
    client: httpx.AsyncClient, world: ReferralWorld, placed: referral.PlaceRequestedV1, language: str
) -> None:
    mine = world.my_link(placed.referral_id)
    english = await client.get(mine)

    chosen = await client.get(f"{mine}?lang={language}")
    kept = await client.get(mine, headers={"cookie": chosen.headers["set-cookie"].partition(";")[0]})

    assert f'href="{mine}?lang={language}"' in english.text
    for page in (chosen, kept):
        assert f'<html lang="{language}" dir="{DIRECTIONS[language]}">' in page.text


@pytest.mark.parametrize(("purpose", "status"), [(Purpose.MY_REFERRAL, 404), (Purpose.PERSON_CONTACT, 409)])
async def test_what_cannot_be_shown_says_so_in_arabic(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    offered: referral.PlaceRequestedV1,
    purpose: Purpose,
    status: int,
) -> None:
    subject = uuid4() if status == 404 else offered.request_id

    page = await client.get(link(settings, world, purpose, subject), headers=ARABIC)
    forged = await client.get(PATHS[purpose].format(token="forged"), headers=ARABIC)
    old = link(settings, world, purpose, subject)
    world.clock.pass_time(timedelta(hours=1))
    late = await client.get(old, headers=ARABIC)

    assert [each.status_code for each in (page, forged, late)] == [status, 404, 410]
    for each in (page, forged, late):
        assert left_in_english(each.text, "rtl") == []

"""The person's pages: the self-referral form, and where my referral is."""

import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

from services.referral.settings import ReferralSettings
from services.referral.storage.people import FIND, SafeContact
from shared.events import referral
from shared.security.signed_links import PATHS, Purpose, mint
from tests.component.referral.golden_messages import AREA
from tests.component.referral.referral_world import ReferralWorld

SELF = "/referral/self"
HREFS = {"needs": "#needs", "you": "#date_of_birth-birth_day", "contact": "#email", "check": "#consent"}
FORM: dict[str, Any] = {
    "form_token": "11111111-2222-3333-4444-555555555555",
    "given_name": "Bernard",
    "family_name": "Testperson",
    "birth_day": "27",
    "birth_month": "3",
    "birth_year": "1956",
    "email": "bernard@example.org",
    "area": AREA,
    "language": "en",
    "needs": ["loneliness", "housing"],
    "travel": "can-travel",
    "consent": "yes",
}


async def test_a_person_refers_themselves(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    await world.service(("open", 1))
    form = await client.get("/referral/self")

    done = await client.post("/referral/self", data=FORM)

    assert "116 123" in form.text
    assert form.text.count("If you need help now") == 1
    assert "option 2" in form.text
    assert done.status_code == 201
    reference = await world.pool.fetchval("SELECT reference FROM referrals")
    assert reference in done.text
    received = await world.last(referral.ReferralReceivedV1)
    assert (received.door, received.needs) == ("self", ("loneliness", "housing"))


async def test_a_form_sent_twice_refers_once(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    first = await client.post("/referral/self", data=FORM)
    second = await client.post("/referral/self", data=FORM)

    assert first.text == second.text
    assert len(await world.heard_of(referral.ReferralReceivedV1)) == 1


async def test_a_form_with_faults_comes_back_with_its_answers(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    answers = FORM | {"birth_month": "13", "email": "", "needs": [], "consent": ""}

    pages = {step: await client.post(SELF, data=answers | {"page": step, "go": "next"}) for step in HREFS}
    pages["check"] = await client.post(SELF, data=FORM | {"page": "check", "go": "send", "consent": ""})

    for step, href in HREFS.items():
        page = pages[step].text
        assert pages[step].status_code == 422, step
        assert "There is a problem" in page
        assert f'href="{href}"' in page
        assert re.search(rf'id="{href[1:]}"', page)
        assert 'value="Bernard"' in page
        assert FORM["form_token"] in page
    assert not await world.outbox()


@pytest.mark.asvs("V2.2.2", "V2.3.1")
async def test_who_sends_with_a_gap_is_brought_to_the_page_that_has_it(client: httpx.AsyncClient) -> None:
    page = await client.post(SELF, data=FORM | {"page": "check", "go": "send", "birth_month": "13"})

    assert page.status_code == 422
    assert 'name="page" value="you"' in page.text
    assert "Enter your date of birth" in page.text


async def test_each_page_leads_to_the_next_and_back_and_keeps_what_was_said(
    client: httpx.AsyncClient,
) -> None:
    names = ["needs", "you", "contact", "where", "talk", "about", "check"]
    for name, following in pairwise(names):
        there = await client.post(SELF, data=FORM | {"page": name, "go": "next"})
        back = await client.post(SELF, data=FORM | {"page": following, "go": "back"})
        assert f'name="page" value="{following}"' in there.text
        assert f'name="page" value="{name}"' in back.text
        assert (there.text + back.text).count("Bernard") >= 2


async def test_who_changes_an_answer_comes_back_to_the_last_page(client: httpx.AsyncClient) -> None:
    change = await client.post(SELF, data=FORM | {"page": "check", "go": "change:where"})
    done = await client.post(SELF, data=FORM | {"page": "where", "go": "next", "returning": "yes"})

    assert 'name="returning" value="yes"' in change.text
    assert 'name="page" value="check"' in done.text
    assert "Feeling lonely" in done.text
    assert "27 March 1956" in done.text


async def test_another_language_keeps_the_page_and_what_was_typed(client: httpx.AsyncClient) -> None:
    page = await client.post(SELF, data=FORM | {"page": "you", "lang": "pl"})
    after = await client.post(
        SELF,
        data=FORM | {"page": "you", "go": "next"},
        headers={"cookie": page.headers["set-cookie"].partition(";")[0]},
    )

    assert '<html lang="pl" dir="ltr">' in page.text
    assert 'name="page" value="you"' in page.text
    assert 'value="Bernard"' in page.text
    assert "Jak możemy się z Tobą skontaktować?" in after.text


@pytest.mark.asvs("V14.3.3")
async def test_no_answer_is_in_an_address_or_a_cookie(client: httpx.AsyncClient) -> None:
    page = await client.post(SELF, data=FORM | {"page": "you", "go": "next"})

    assert "set-cookie" not in page.headers
    assert not re.findall(r'(?:href|action)="[^"]*Bernard', page.text)


@pytest.mark.asvs("V2.2.2")
async def test_a_form_changed_after_it_was_sent_is_answered_in_plain_words(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    """Whoever goes back in the browser and sends the form again must not read of keys."""
    browser = {"accept": "text/html"}
    await client.post("/referral/self", data=FORM)
    changed = await client.post("/referral/self", data=FORM | {"given_name": "Bernie"}, headers=browser)
    broken = await client.post("/referral/self", data=FORM | {"form_token": "x"}, headers=browser)

    assert (changed.status_code, broken.status_code) == (409, 400)
    assert "We already have your request" in changed.text
    assert "Open the form again" in broken.text
    for page in (changed, broken):
        assert "dempotency" not in page.text
    assert await world.pool.fetchval("SELECT count(*) FROM referrals") == 1


async def test_a_person_who_cannot_be_reached_is_asked_how(client: httpx.AsyncClient) -> None:
    page = await client.post("/referral/self", data=FORM | {"email": "", "phone": " "})

    assert page.status_code == 422
    assert "so that we can reach you safely" in page.text


@pytest.fixture
async def waiting(settings: ReferralSettings, world: ReferralWorld) -> str:
    """The link of the second in line."""
    await world.service(("full", 0))
    await world.refer("loneliness")
    referred = await world.refer("loneliness", door="self")
    token = mint(
        settings.link_signing_key,
        Purpose.MY_REFERRAL,
        referred.referral_id,
        world.clock() + timedelta(days=1),
    )
    return PATHS[Purpose.MY_REFERRAL].format(token=token)


async def test_a_person_sees_where_they_stand(client: httpx.AsyncClient, waiting: str) -> None:
    page = await client.get(waiting)

    assert (
        "You are on the waiting list. Of those in your borough who wait for this, 1 person is before you."
        in page.text
    )


async def test_a_person_takes_a_need_back(
    client: httpx.AsyncClient, world: ReferralWorld, waiting: str
) -> None:
    page = await client.get(waiting)
    [leg_id] = re.findall(r'name="leg_id" value="([^"]+)"', page.text)

    done = await client.post(f"{waiting}/withdraw", data={"leg_id": leg_id})
    after = await client.get(done.headers["location"])

    assert "You told us that you no longer want this." in after.text
    assert str((await world.last(referral.ReferralWithdrawnV1)).leg_id) == leg_id


@pytest.mark.parametrize("form", [{}, {"leg_id": ""}, {"leg_id": "the second"}])
async def test_taking_back_nothing_that_can_be_read_says_what_to_do(
    client: httpx.AsyncClient, waiting: str, form: dict[str, str]
) -> None:
    page = await client.post(f"{waiting}/withdraw", data=form, headers={"accept": "text/html"})

    assert page.status_code == 422
    assert "We could not read what you want to stop." in page.text
    assert "UUID" not in page.text


@pytest.mark.asvs("V8.2.2")
async def test_a_person_cannot_take_back_the_need_of_another(
    client: httpx.AsyncClient, world: ReferralWorld, waiting: str
) -> None:
    other = (await world.refer("housing")).legs[0]

    await client.post(f"{waiting}/withdraw", data={"leg_id": str(other.leg_id)})

    assert not await world.heard_of(referral.ReferralWithdrawnV1)


async def test_a_way_that_is_not_safe_is_kept_and_is_no_way_to_be_reached(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    unsafe = FORM | {"email": "kim@example.org", "phone": "", "not_by": ["email"], "safe_note": "Mondays"}

    refused = await client.post("/referral/self", data=unsafe)
    taken = await client.post("/referral/self", data=unsafe | {"phone": "020 7946 0000"})

    assert (refused.status_code, taken.status_code) == (422, 201)
    assert 'value="email" checked' in refused.text
    row = await world.pool.fetchrow(FIND, await world.pool.fetchval("SELECT person_id FROM people"))
    assert row is not None
    assert world.vault.open(row).safe_contact == SafeContact(("email",), "Mondays")


@pytest.mark.parametrize(("area", "status"), [(AREA, 200), (None, 200), ("E09000001", 404)])
async def test_a_link_leads_into_its_own_area_and_no_other(
    client: httpx.AsyncClient, settings: ReferralSettings, world: ReferralWorld, area: str | None, status: int
) -> None:
    """One of the time before areas stood in links leads everywhere, until it ends."""
    referred = await world.refer("loneliness")
    until = world.clock() + timedelta(days=1)
    token = mint(settings.link_signing_key, Purpose.MY_REFERRAL, referred.referral_id, until, area)

    answer = await client.get(PATHS[Purpose.MY_REFERRAL].format(token=token))

    assert answer.status_code == status

"""An organisation looks after its own entries by a link, and by no link after anybody else's."""

import json
import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import httpx
import pytest

from services.directory.settings import DirectorySettings
from shared.postgres.pool import Pool
from shared.security.signed_links import Purpose, link_url, mint
from shared.vocabulary import vocabulary
from tests.component.directory.conftest import INTERNAL_KEY
from tests.component.directory.sign_in_world import SignInWorld
from tests.component.directory.test_entries import entry, revisions
from tests.component.directory.test_entry_pages import act, of, typed
from tests.component.directory.test_one_write_path import bring
from tests.support.sign_in import SIGN_IN_SETTINGS
from tests.unit.directory.records import ORGANISATION_ID, SERVICE_ID, a_record

NEWHAM, HACKNEY, CAZENOVE = "E09000025", "E09000012", "E05009368"
SECTIONS = ("", "/what", "/who", "/when", "/where", "/area", "/join")
ENGLISH = re.compile(r'<span lang="en" dir="ltr">([^<]*)</span>')
# Languages of which the world's list of names has no word of its own, and what an entry says in its own words.
NAMES = {each.label for each in vocabulary.languages().values()} | {
    "Newham",
    "Walkers",
    "The pavilion, Clinton Road, London, E3 4QY",
}
OTHERS = UUID("11111111-1111-4111-8111-111111111112")
OTHER_ORGANISATION = {"id": str(UUID(int=3)), "name": "Others", "description": "They swim."}


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    await bring(
        pool,
        a_record(service_areas=of(NEWHAM)),
        a_record(id=str(OTHERS), name="Swimming", organization=OTHER_ORGANISATION),
    )
    return await SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool).with_demo_people()


def path_of(world: SignInWorld, purpose: Purpose = Purpose.ENTRY, subject: UUID = ORGANISATION_ID) -> str:
    token = mint(world.settings.link_signing_key, purpose, subject, world.clock() + timedelta(days=30))
    return link_url("", Purpose.ENTRY, token)


async def test_an_organisation_changes_its_entry_and_says_that_it_is_right(world: SignInWorld) -> None:
    base = path_of(world)
    there = f"{base}/{SERVICE_ID}"
    async with world.browser() as browser:
        listed = await browser.get(base)
        assert (there in listed.text, "Swimming" in listed.text) == (True, False)
        form = await browser.get(f"{there}/what")
        check = await browser.post(f"{there}/what", data=typed(form) | {"fees": "Free", "go": "check"})
        assert check.headers["cache-control"] == "no-store"
        saved = await browser.post(f"{there}/what", data=typed(check) | {"go": "save"})
        assert (saved.status_code, saved.headers["location"]) == (303, there)
        right = await browser.post(there, data={"act": "still-right", "seen_version": "2"})
        assert right.status_code == 303
        assert "Somebody with a link that we sent" in (await browser.get(there)).text

    assert (await entry(world.pool)).service.fees == "Free"
    [revision] = await revisions(world.pool)
    assert (revision.by.kind, revision.by.id) == ("link", ORGANISATION_ID)


async def test_wards_and_a_circle_are_given_without_scripts_and_the_postcode_is_not_kept(
    world: SignInWorld,
) -> None:
    there = f"{path_of(world)}/{SERVICE_ID}"
    async with world.browser() as browser:
        form = await browser.get(f"{there}/area")
        assert "Cazenove" not in form.text
        shown = await browser.post(
            f"{there}/area", data=typed(form) | {"ward_borough": HACKNEY, "go": "show"}
        )
        assert (shown.status_code, "Cazenove" in shown.text) == (200, True)
        said = {"wards": CAZENOVE, "circle_miles": "1.5", "circle_postcode": "E17 4PP", "areas": []}
        check = await browser.post(f"{there}/area", data=typed(shown) | said | {"go": "check"})
        assert "Within 1.5 miles: William Morris, Waltham Forest" in check.text
        saved = await browser.post(f"{there}/area", data=typed(check) | {"go": "save"})
        assert saved.status_code == 303
        page = await browser.get(f"/services/{SERVICE_ID}")
        assert ("Cazenove" in page.text, "Within 1.5 miles" in page.text) == (True, True)

    found = (await entry(world.pool)).service
    assert (found.catchment.wards, found.catchment.areas, found.area) == ((CAZENOVE,), (), NEWHAM)
    kept = await world.pool.fetch(
        "SELECT services::text FROM services UNION SELECT service_revisions::text FROM service_revisions"
    )
    assert not [row for row in kept if "E17" in row[0]]


async def test_a_course_that_is_added_can_be_full_by_itself(world: SignInWorld) -> None:
    there = f"{path_of(world)}/{SERVICE_ID}"
    async with world.browser() as browser:
        form = await browser.get(f"{there}/when")
        said = {
            "opening_1_days": "TH",
            "opening_1_starts": "14/01/2027",
            "opening_1_opens": "10:00",
            "opening_1_kind": "cohort",
            "opening_1_pool": "Winter course",
        }
        check = await browser.post(f"{there}/when", data=typed(form) | said | {"go": "check"})
        assert "Course: Winter course" in check.text
        await browser.post(f"{there}/when", data=typed(check) | {"go": "save"})

    course = (await entry(world.pool)).service.pools[-1]
    told = "SELECT payload FROM outbox_events WHERE topic = 'directory.services.v1' ORDER BY seq DESC LIMIT 1"
    pools = json.loads(await world.pool.fetchval(told))["pools"]
    assert {"pool_id": str(course.id), "kind": "cohort"} in pools


@pytest.mark.parametrize("language", ["ar", "bn", "pl", "so"])
async def test_what_a_link_leads_to_is_in_the_language_of_its_holder(
    world: SignInWorld, language: str
) -> None:
    base = path_of(world)
    document = json.dumps(dict((await entry(world.pool)).document))
    async with world.browser(demo_mode=True) as browser:
        for path in ("", *(f"/{SERVICE_ID}{section}" for section in SECTIONS)):
            page = await browser.get(f"{base}{path}", params={"lang": language})
            assert f'lang="{language}"' in page.text
            english = {unescape(each) for each in ENGLISH.findall(page.text.partition("<main")[2])}
            own_words = {each for each in english if each in document or each in NAMES}
            assert (path, english - own_words) == (path, set())


async def test_a_look_changes_nothing(world: SignInWorld) -> None:
    base = path_of(world)
    async with world.browser() as browser:
        for path in (base, f"{base}/{SERVICE_ID}", f"{base}/{SERVICE_ID}/when"):
            assert (await browser.get(path)).status_code == 200
    found = await entry(world.pool)
    assert (found.version, found.kept.confirmed_on) == (1, None)


async def test_no_link_opens_the_entry_of_somebody_else(world: SignInWorld) -> None:
    there = f"{path_of(world)}/{OTHERS}"
    async with world.browser() as browser:
        for path in (there, f"{there}/what"):
            assert (await browser.get(path)).status_code == 404
        for data in ({"act": "still-right", "seen_version": "1"}, {"act": "end-links", "seen_version": "1"}):
            assert (await browser.post(there, data=data)).status_code == 404
        data = {"name": "Ours", "seen_version": "1", "go": "save"}
        assert (await browser.post(f"{there}/what", data=data)).status_code == 404
    names = await world.pool.fetch("SELECT name FROM services ORDER BY name")
    assert [row["name"] for row in names] == ["Canal walk", "Swimming"]


async def test_a_link_of_another_purpose_or_an_old_one_opens_nothing(world: SignInWorld) -> None:
    old = path_of(world)
    async with world.browser() as browser:
        assert (await browser.get(path_of(world, Purpose.CAPACITY_SIGNAL))).status_code == 404
        assert (await browser.get(old[:-3] + "AAA")).status_code == 404
        world.clock.move(timedelta(days=30))
        assert (await browser.get(old)).status_code == 410


async def test_links_in_wrong_hands_are_ended_by_staff_and_by_no_link(world: SignInWorld) -> None:
    base = path_of(world)
    async with world.browser() as browser:
        data = {"act": "end-links", "seen_version": "1"}
        assert (await browser.post(f"{base}/{SERVICE_ID}", data=data)).status_code == 404
        assert (await browser.get(base)).status_code == 200
        world.clock.move(timedelta(seconds=2))
        await world.sign_in(browser, "nadia")
        assert (await act(world, browser, "end-links")).status_code == 303
        assert (await browser.get(base)).status_code == 404


async def test_notify_gets_a_link_to_the_organisations_own_entries_alone(world: SignInWorld) -> None:
    async with world.browser() as browser:

        async def asked(subject: UUID) -> httpx.Response:
            recipient = {"kind": "organisation", "id": str(ORGANISATION_ID)}
            body = {"recipient": recipient, "link": {"purpose": "entry", "subject": str(subject)}}
            headers = {"authorization": f"Bearer {INTERNAL_KEY}"}
            return await browser.post("/internal/recipients", json=body, headers=headers)

        link = (await asked(ORGANISATION_ID)).json()["link"]
        assert (await browser.get(link)).status_code == 200
        assert (await asked(UUID(int=3))).status_code == 404

"""The pages on which entries are looked after: who may, what is shown before it is saved, and that no word ever runs."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import httpx
import pytest

from services.directory.settings import DirectorySettings
from shared.postgres.pool import Pool
from tests.component.directory.sign_in_world import SignInWorld
from tests.component.directory.test_entries import entry, revisions
from tests.component.directory.test_one_write_path import bring
from tests.support.sign_in import SIGN_IN_SETTINGS
from tests.unit.directory.records import SERVICE_ID, a_record

NEWHAM, EALING = "E09000025", "E09000009"
LIST = "/directory/entries"
THERE = f"{LIST}/{SERVICE_ID}"
SCRIPT = "<script>alert(1)</script>"


def of(area: str) -> list[dict[str, object]]:
    return [{"id": str(UUID(int=7)), "extent_type": "gss", "extent": area}]


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    await bring(pool, a_record(service_areas=of(NEWHAM)))
    return await SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool).with_demo_people()


def typed(page: httpx.Response) -> dict[str, list[str]]:
    """What a browser would send of the page's form: its fields as they stand."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        box = said.get("type") in {"checkbox", "radio"}
        if "name" in said and not (box and " checked" not in tag):
            found.setdefault(said["name"], []).append(unescape(said.get("value", "")))
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', page.text):
        found.setdefault(name, []).append(unescape(text))
    return found


async def send(
    world: SignInWorld, browser: httpx.AsyncClient, path: str, page: httpx.Response, **changed: str
) -> httpx.Response:
    return await browser.post(path, data=typed(page) | changed | world.csrf(browser))


async def act(world: SignInWorld, browser: httpx.AsyncClient, what: str) -> httpx.Response:
    seen = str((await entry(world.pool)).version)
    return await browser.post(THERE, data=world.csrf(browser) | {"act": what, "seen_version": seen})


async def test_a_coordinator_changes_an_entry_looks_saves_and_takes_it_back(world: SignInWorld) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "nadia")
        assert THERE in (await browser.get(LIST)).text
        assert THERE in (await browser.get(f"{LIST}?search=cANAL")).text
        assert THERE not in (await browser.get(f"{LIST}?search=%00swim")).text
        form = await browser.get(f"{THERE}/what")
        check = await send(world, browser, f"{THERE}/what", form, name=f"Stroll {SCRIPT}", go="check")
        assert check.status_code == 200
        assert "Check what changes" in check.text
        assert (await entry(world.pool)).service.name == "Canal walk"

        saved = await send(world, browser, f"{THERE}/what", check, go="save")
        assert (saved.status_code, saved.headers["location"]) == (303, THERE)
        assert (await entry(world.pool)).service.name == f"Stroll {SCRIPT}"
        page = await browser.get(THERE)
        assert "The source says something else" in page.text
        for shown in (check, page, await browser.get(LIST), await browser.get(f"{THERE}/what")):
            assert SCRIPT not in shown.text
            assert "&lt;script&gt;alert(1)" in shown.text

        [revision] = await revisions(world.pool)
        assert f"undo:{revision.id}" in page.text
        assert (await act(world, browser, f"undo:{revision.id}")).status_code == 303
        assert (await entry(world.pool)).service.name == "Canal walk"
        assert (await act(world, browser, f"undo:{revision.id}")).status_code == 409


async def test_the_sources_word_is_taken_and_the_rest_said_to_be_right(world: SignInWorld) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "olu")
        assert "Nobody has said yet that this is right" in (await browser.get(THERE)).text
        form = await browser.get(f"{THERE}/when")
        check = await send(world, browser, f"{THERE}/when", form, opening_0_closes="21:00", go="check")
        assert "6pm to 9pm" in check.text
        await send(world, browser, f"{THERE}/when", check, go="save")
        assert str((await entry(world.pool)).service.opening[0].closes_at) == "21:00:00"

        assert (await act(world, browser, "take:opening")).status_code == 303
        assert str((await entry(world.pool)).service.opening[0].closes_at) == "20:00:00"
        assert (await act(world, browser, "still-right")).status_code == 303
        assert "Checked" in (await browser.get(LIST)).text
        world.clock.move(timedelta(days=214))
        await world.sign_in(browser, "olu")
        assert "Not checked lately" in (await browser.get(LIST)).text


async def test_of_two_at_once_one_is_told_and_sees_both(world: SignInWorld) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "nadia")
        form = await browser.get(f"{THERE}/what")
        await send(world, browser, f"{THERE}/what", form, name="Theirs", go="save")
        told = await send(world, browser, f"{THERE}/what", form, name="Mine", go="save")
        assert told.status_code == 409
        assert "Somebody else has changed this entry" in told.text
        assert "Theirs" in told.text
        assert "Mine" in told.text
        assert (await entry(world.pool)).service.name == "Theirs"

        assert (await send(world, browser, f"{THERE}/what", told, go="save")).status_code == 303
        assert (await entry(world.pool)).service.name == "Mine"
        stale = await browser.post(
            THERE, data=world.csrf(browser) | {"act": "still-right", "seen_version": "1"}
        )
        assert stale.status_code == 409


async def test_what_is_wrong_is_told_and_can_be_changed_again(world: SignInWorld) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "nadia")
        form = await browser.get(f"{THERE}/join")
        wrong = await send(world, browser, f"{THERE}/join", form, url="javascript:alert(1)", go="save")
        assert wrong.status_code == 422
        assert "Write a whole web address" in wrong.text
        again = await send(world, browser, f"{THERE}/join", form, url="https://walk.example.org", go="change")
        assert 'value="https://walk.example.org"' in again.text
        assert (await entry(world.pool)).version == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("nadia", 200), ("olu", 200), ("liam", 404), ("jo", 404), ("amina", 403), ("sam", 403)],
)
async def test_who_may_not_change_it_sees_and_changes_nothing(
    world: SignInWorld, who: str, status: int
) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, who)
        for path in (THERE, f"{THERE}/what"):
            assert (await browser.get(path)).status_code == status
        assert (THERE in (await browser.get(LIST)).text) is (status == 200)
        if status != 200:
            assert (await act(world, browser, "still-right")).status_code == status
            data = world.csrf(browser) | {"seen_version": "1", "name": "No", "go": "save"}
            assert (await browser.post(f"{THERE}/what", data=data)).status_code == status
    found = await entry(world.pool)
    assert (found.version, found.kept.confirmed_on) == (1, None)


async def test_a_visitor_signs_in_first_and_a_form_of_others_is_refused(world: SignInWorld) -> None:
    async with world.browser() as browser:
        assert (await browser.get(THERE)).status_code == 303
        await world.sign_in(browser, "nadia")
        assert (
            await browser.post(THERE, data={"act": "still-right", "seen_version": "1"})
        ).status_code == 403


async def test_what_is_not_there_is_told_as_such(world: SignInWorld) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "olu")
        for path in (f"{LIST}/{uuid4()}", f"{THERE}/everything"):
            assert (await browser.get(path)).status_code == 404
        for what in ("dance", "undo:that", f"undo:{uuid4()}"):
            assert (await act(world, browser, what)).status_code == 404

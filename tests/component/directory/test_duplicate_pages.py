"""The page with two services side by side, and who may decide."""

from uuid import UUID

import httpx
import pytest

from services.directory.settings import DirectorySettings
from services.directory.use_cases.find_duplicates import DuplicateFinder
from shared.postgres.pool import Pool
from tests.component.directory.sign_in_world import SignInWorld
from tests.component.directory.test_duplicates import FIRST, SECOND, walk
from tests.component.directory.test_one_write_path import bring
from tests.support.sign_in import SIGN_IN_SETTINGS

NEWHAM, EALING = "E09000025", "E09000009"
THERE = f"/directory/duplicates/{FIRST}/{SECOND}"


def of(area: str) -> list[dict[str, object]]:
    return [{"id": str(UUID(int=7)), "extent_type": "gss", "extent": area}]


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    """Two of Newham that may be one; one of them is called in a way that would run as a script."""
    await bring(
        pool,
        walk(FIRST, service_areas=of(NEWHAM), name="<script>alert(1)</script> Canal walk", fees="Two pounds"),
        walk(SECOND, service_areas=of(NEWHAM)),
    )
    await DuplicateFinder(pool).look()
    return await SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool).with_demo_people()


async def answer(world: SignInWorld, browser: httpx.AsyncClient, said: str, **changed: str) -> httpx.Response:
    rows = await world.pool.fetch("SELECT version FROM services ORDER BY id")
    versions = {"left_version": str(rows[0][0]), "right_version": str(rows[1][0])}
    return await browser.post(THERE, data=world.csrf(browser) | versions | {"answer": said} | changed)


async def test_a_coordinator_looks_decides_and_takes_it_back(world: SignInWorld) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "nadia")
        listed = await browser.get("/directory/duplicates")
        assert THERE in listed.text
        page = await browser.get(THERE)
        assert "They are on the same day at the same time (+20)" in page.text
        assert "Two pounds" in page.text
        assert "<script>alert" not in page.text

        done = await answer(world, browser, "keep-right")
        assert (done.status_code, done.headers["location"]) == (303, THERE)
        page = await browser.get(THERE)
        assert "Shown as one" in page.text
        assert "keep-left" not in page.text
        assert THERE not in (await browser.get("/directory/duplicates")).text
        assert THERE in (await browser.get("/directory/duplicates?state=merged")).text
        led = await browser.get(f"/services/{FIRST}")
        assert led.headers["location"] == f"/services/{SECOND}"

        assert (await answer(world, browser, "undo")).status_code == 303
        assert THERE in (await browser.get("/directory/duplicates")).text
        assert (await browser.get(f"/services/{FIRST}")).status_code == 200

    rows = await world.pool.fetch("SELECT merged_by IS NOT NULL AS by, undone_by FROM service_merges")
    assert [(row["by"], row["undone_by"] is not None) for row in rows] == [(True, True)]


async def test_not_the_same_is_one_press(world: SignInWorld) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "olu")
        assert (await answer(world, browser, "not-the-same")).status_code == 303

        assert "Not the same" in (await browser.get(THERE)).text
        assert THERE in (await browser.get("/directory/duplicates?state=not-the-same")).text


@pytest.mark.parametrize(
    ("who", "list_status", "page_status"),
    [
        ("nadia", 200, 200),
        ("olu", 200, 200),
        ("liam", 200, 404),
        ("jo", 200, 404),
        ("amina", 403, 403),
        ("sam", 403, 403),
    ],
)
async def test_who_may_not_change_both_sees_neither_and_decides_nothing(
    world: SignInWorld, who: str, list_status: int, page_status: int
) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, who)
        listed = await browser.get("/directory/duplicates")
        assert listed.status_code == list_status
        assert (THERE in listed.text) is (page_status == 200)
        assert (await browser.get(THERE)).status_code == page_status
        if page_status != 200:
            assert (await answer(world, browser, "keep-left")).status_code == page_status

    merged = await world.pool.fetchval("SELECT count(*) FROM service_merges")
    assert merged == 0


async def test_one_that_is_out_of_reach_hides_the_pair(world: SignInWorld) -> None:
    await bring(world.pool, walk(SECOND, service_areas=of(EALING)))
    await DuplicateFinder(world.pool).look()
    assert await world.pool.fetchval("SELECT count(*) FROM duplicate_pairs") == 1

    async with world.browser() as browser:
        await world.sign_in(browser, "nadia")
        assert THERE not in (await browser.get("/directory/duplicates")).text
        assert (await browser.get(THERE)).status_code == 404


async def test_a_visitor_is_sent_to_sign_in_and_a_form_of_others_is_refused(world: SignInWorld) -> None:
    async with world.browser() as browser:
        assert (await browser.get(THERE)).status_code == 303
        await world.sign_in(browser, "nadia")
        assert (await browser.post(THERE, data={"answer": "keep-left"})).status_code == 403


async def test_a_pair_that_changed_or_was_decided_meanwhile_is_told_as_such(world: SignInWorld) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "nadia")
        stale = await answer(world, browser, "keep-left", left_version="7")
        assert stale.status_code == 409
        assert "has changed since you looked" in stale.text

        await answer(world, browser, "keep-left")
        again = await answer(world, browser, "keep-right")
        assert again.status_code == 409
        assert "already decided" in again.text


async def test_what_is_no_pair_or_no_answer_is_refused(world: SignInWorld) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "olu")
        assert (await browser.get(f"/directory/duplicates/{SECOND}/{FIRST}")).status_code == 404
        assert (await browser.get(f"/directory/duplicates/{FIRST}/{UUID(int=77)}")).status_code == 404
        assert (await answer(world, browser, "keep-both")).status_code == 422

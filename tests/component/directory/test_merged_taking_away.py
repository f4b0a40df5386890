"""What people took away leads to the entry that is kept when two were merged, and areas are looked at from all their parts."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID, uuid4

import httpx
import pytest

from services.directory.domain.catchment import Catchment
from services.directory.settings import DirectorySettings
from services.directory.storage.duplicate_rows import add_merge, end_merge
from shared.places.places import open_places
from shared.postgres.pool import Pool, transaction
from tests.component.directory.sign_in_world import MovableClock, SignInWorld
from tests.component.directory.test_taking_away import (
    LEAFLET,
    NEAR,
    SUNDAY,
    WALTHAM_FOREST,
    WHATS_ON,
    given_list,
    take,
)
from tests.support.sign_in import SIGN_IN_SETTINGS
from tests.unit.directory.taking_away.made import SERVICE

TWIN = replace(SERVICE, id=UUID(int=14), name="Tea and talking", opening=())
THIRD = replace(SERVICE, id=UUID(int=15), name="Tea, talk and more", opening=())


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    await take(pool, SERVICE, TWIN, THIRD)
    chosen = settings.model_copy(update=dict(SIGN_IN_SETTINGS))
    return await SignInWorld(chosen, pool, MovableClock(SUNDAY)).with_demo_people()


@pytest.fixture
async def browser(world: SignInWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.browser() as found:
        await world.sign_in(found, "sam")
        yield found


async def merge(pool: Pool, merged: UUID, kept: UUID) -> None:
    async with transaction(pool) as connection:
        await add_merge(connection, uuid4(), kept_id=kept, merged_id=merged, at=SUNDAY, by=uuid4())
        await connection.execute("UPDATE services SET listed = false WHERE id = $1", merged)


async def test_a_leaflet_of_a_merged_entry_leads_to_the_kept_one_in_the_same_look(
    browser: httpx.AsyncClient, pool: Pool
) -> None:
    await merge(pool, TWIN.id, SERVICE.id)
    led = await browser.get(f"{LEAFLET}/{TWIN.id}?look=large")

    assert (led.status_code, led.headers["location"]) == (303, f"{LEAFLET}/{SERVICE.id}?look=large")


async def test_a_list_shows_the_kept_one_where_the_merged_one_stood_and_says_of_none_that_it_stopped(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    path = await given_list(world, browser, TWIN, THIRD)
    await merge(pool, TWIN.id, SERVICE.id)
    page = (await browser.get(path)).text

    assert page.index("Tea &amp; talk; for all") < page.index(THIRD.name)
    assert TWIN.name not in page
    assert "does not run any more" not in page


async def test_two_of_a_list_that_are_one_now_stand_there_once_and_apart_again_when_that_is_undone(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    path = await given_list(world, browser, SERVICE, TWIN, THIRD)
    await merge(pool, TWIN.id, THIRD.id)
    await merge(pool, THIRD.id, SERVICE.id)
    one = (await browser.get(path)).text
    async with transaction(pool) as connection:
        await end_merge(connection, TWIN.id, SUNDAY, uuid4())
        await connection.execute("UPDATE services SET listed = true WHERE id = $1", TWIN.id)
    apart = (await browser.get(path)).text

    assert one.count("kith-paper__name") == 1
    assert "run any more" not in one
    assert apart.count("kith-paper__name") == 2
    assert TWIN.name in apart


async def test_a_borough_finds_what_takes_people_of_one_of_its_wards_alone(
    browser: httpx.AsyncClient, pool: Pool
) -> None:
    places = open_places()
    areas = [area for each in places.within(WALTHAM_FOREST) if (area := places.area(each))]
    ward = areas[0].ward
    assert ward
    assert ward in {area.ward for area in areas}
    assert len({area.ward for area in areas}) > 1
    await take(pool, replace(SERVICE, name="Tea of one ward", catchment=Catchment(wards=(ward,))))
    on = await browser.get(WHATS_ON, params={**NEAR, "day": "2026-11-24"})
    leaflet = await browser.get(f"{LEAFLET}/area/{WALTHAM_FOREST}")

    assert "Tea of one ward" in on.text
    assert "Tea of one ward" in leaflet.text

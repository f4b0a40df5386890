"""Pages of organisations: what they and those below run, for all; entries that staff look after, down and never up."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid5

import httpx
import pytest

from services.directory.demo_people import POPLAR_MAKERS
from services.directory.settings import DirectorySettings
from services.directory.storage.organisation_tree import organisations_below
from services.directory.use_cases.manage_members import put_under, take_out
from shared.access.hierarchy import PassedDown
from shared.access.roles import Role
from shared.postgres.pool import Pool, transaction
from tests.component.directory.sign_in_world import SignInWorld, person
from tests.component.directory.test_one_write_path import bring
from tests.support.sign_in import SIGN_IN_SETTINGS
from tests.unit.directory.records import a_record

ABOVE, LEAD, BELOW, LOWEST, BESIDE, BY_FEED = (
    UUID(int=61), POPLAR_MAKERS, UUID(int=62), UUID(int=63), UUID(int=64), UUID(int=65),
)  # fmt: skip
NAMES = {
    ABOVE: "Above", LEAD: "Poplar Makers", BELOW: "Below", LOWEST: "Lowest", BESIDE: "Beside", BY_FEED: "By feed",
}  # fmt: skip
TOWER_HAMLETS = "E09000030"
PARENTS = {BY_FEED: LEAD, BELOW: BESIDE}  # as the feed says; of one of them an operator says otherwise
STAFF = frozenset({Role.PROVIDER_STAFF})


def service_of(organisation: UUID) -> UUID:
    return uuid5(organisation, "service")


def record_of(organisation: UUID) -> dict[str, object]:
    said = {"id": str(organisation), "name": NAMES[organisation], "description": "A group."}
    if organisation in PARENTS:
        said["parent_organization_id"] = str(PARENTS[organisation])
    area = {"id": str(uuid5(organisation, "area")), "extent_type": "gss", "extent": TOWER_HAMLETS}
    name = f"{NAMES[organisation]}s walk"
    return a_record(id=str(service_of(organisation)), name=name, organization=said, service_areas=[area])


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    await bring(pool, *map(record_of, NAMES))
    made = SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool)
    await made.with_demo_people()
    for parent, child in ((ABOVE, LEAD), (LEAD, BELOW), (BELOW, LOWEST), (ABOVE, BESIDE)):
        await declare(made, parent, child)
    return made


async def declare(world: SignInWorld, parent: UUID, child: UUID, roles: frozenset[Role] = STAFF) -> None:
    async with transaction(world.pool) as connection:
        link = PassedDown(parent, child, roles)
        await put_under(connection, link, world.clock(), declared_by=person("olu").id)


def entry_of(organisation: UUID) -> str:
    return f"/directory/entries/{service_of(organisation)}"


def roll_up_of(organisation: UUID) -> str:
    return f"/directory/organisations/{organisation}/entries"


async def get_each(browser: httpx.AsyncClient, paths: Mapping[UUID, str]) -> dict[str, int]:
    return {NAMES[each]: (await browser.get(path)).status_code for each, path in paths.items()}


async def test_a_lead_sees_and_edits_what_is_below_not_beside_nor_above(world: SignInWorld) -> None:
    reached = {"Poplar Makers": 200, "Below": 200, "Lowest": 200, "Above": 404, "Beside": 404, "By feed": 404}
    async with world.browser() as browser:
        await world.sign_in(browser, "jo")
        assert await get_each(browser, {each: entry_of(each) for each in NAMES}) == reached
        assert await get_each(browser, {each: entry_of(each) + "/what" for each in NAMES}) == reached
        assert await get_each(browser, {each: roll_up_of(each) for each in NAMES}) == reached
        for each, name in NAMES.items():
            seen = await world.pool.fetchval("SELECT version FROM services WHERE id = $1", service_of(each))
            said = world.csrf(browser) | {"act": "still-right", "seen_version": str(seen)}
            status = (await browser.post(entry_of(each), data=said)).status_code
            assert (name, status) == (name, 303 if reached[name] == 200 else 404)
        page = (await browser.get(roll_up_of(LEAD))).text
        assert [name for name in NAMES.values() if f"{name}s walk" in page] == [
            "Poplar Makers", "Below", "Lowest",
        ]  # fmt: skip
        assert "Above" not in page
        assert roll_up_of(LEAD) in (await browser.get("/directory/entries")).text
    confirmed = await world.pool.fetch("SELECT id FROM services WHERE confirmed_on IS NOT NULL")
    assert {row["id"] for row in confirmed} == {service_of(each) for each in (LEAD, BELOW, LOWEST)}


async def test_who_is_below_reaches_nothing_above_though_their_own_is_part_of_it(world: SignInWorld) -> None:
    await declare(world, BESIDE, LEAD)  # the lead is below another now
    async with world.browser() as browser:
        await world.sign_in(browser, "jo")
        assert (await browser.get(roll_up_of(BESIDE))).status_code == 404
        assert NAMES[BESIDE] not in (await browser.get(roll_up_of(LEAD))).text


async def test_access_ends_with_the_declaration_and_a_role_that_is_not_passed_opens_nothing(
    world: SignInWorld,
) -> None:
    await declare(world, BELOW, LOWEST, frozenset({Role.VOLUNTEER}))
    async with world.browser() as browser:
        await world.sign_in(browser, "jo")
        assert (await browser.get(entry_of(LOWEST))).status_code == 404
        async with transaction(world.pool) as connection:
            await take_out(connection, BELOW, world.clock())
        world.clock.move(timedelta(seconds=1))
        await world.sign_in(browser, "jo")
        assert (await browser.get(entry_of(BELOW))).status_code == 404
        assert (await browser.get(entry_of(LEAD))).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("nadia", 404), ("olu", 200), ("amina", 403)])
async def test_coordinators_reach_a_roll_up_by_their_area_and_operators_each(
    world: SignInWorld, who: str, status: int
) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, who)
        assert (await browser.get(roll_up_of(LEAD))).status_code == status
        assert (await browser.get(roll_up_of(UUID(int=9)))).status_code == (403 if status == 403 else 404)


async def test_a_roll_up_says_how_fresh_entries_are_and_how_much_space_there_is(world: SignInWorld) -> None:
    for organisation, status, free in ((LEAD, "open", 7), (BELOW, "full", 0)):
        pool_id = uuid5(organisation, "pool")
        await world.pool.execute(
            "UPDATE services SET document = jsonb_set(document, '{pools,0,id}', to_jsonb($2::text)) WHERE id = $1",
            service_of(organisation),
            str(pool_id),
        )
        await world.pool.execute(
            "INSERT INTO copied_signals (pool_id, service_id, version, status, free, confirmed_at, expires_at, heard_at)"
            " VALUES ($1, $2, 1, $3, $4, $5, $6, $5)",
            pool_id,
            service_of(organisation),
            status,
            free,
            world.clock(),
            world.clock() + timedelta(days=7),
        )
    async with world.browser() as browser:
        await world.sign_in(browser, "jo")
        page = (await browser.get(roll_up_of(LEAD))).text
    for words in ("Has space now", "Full for now", "Not known", "Not checked lately", "Need a look"):
        assert words in page


async def test_what_is_declared_counts_before_the_word_of_a_feed(world: SignInWorld) -> None:
    async with transaction(world.pool) as connection:
        assert set(await organisations_below(connection, LEAD)) == {LEAD, BELOW, LOWEST, BY_FEED}
        assert set(await organisations_below(connection, BESIDE)) == {BESIDE}
        await take_out(connection, BELOW, world.clock())
        assert set(await organisations_below(connection, LEAD)) == {LEAD, BY_FEED}
        assert set(await organisations_below(connection, BESIDE)) == {BESIDE, BELOW, LOWEST}


async def test_anybody_sees_what_an_organisation_and_those_below_run(world: SignInWorld) -> None:
    await world.pool.execute("UPDATE services SET status = 'inactive' WHERE id = $1", service_of(LOWEST))
    async with world.browser() as browser:
        page = (await browser.get(f"/organizations/{LEAD}")).text
        assert [name for name in NAMES.values() if f"{name}s walk" in page] == [
            "Poplar Makers", "Below", "By feed",
        ]  # fmt: skip
        assert f'href="/organizations/{ABOVE}"' in page
        assert (await browser.get(f"/organizations/{UUID(int=9)}")).status_code == 404
        assert f"/organizations/{LEAD}" in (await browser.get(f"/services/{service_of(LEAD)}")).text


async def test_programs_are_told_the_parent_that_counts_and_when_that_changed(world: SignInWorld) -> None:
    async with world.browser() as browser:
        as_program = {"accept": "application/json"}
        told = await browser.get(f"/organizations/{BELOW}", headers=as_program)
        assert told.json()["parent_organization_id"] == str(LEAD)
        since = {"if-none-match": told.headers["etag"]} | as_program
        assert (await browser.get(f"/organizations/{BELOW}", headers=since)).status_code == 304
        before = await world.pool.fetchval("SELECT changed_at FROM organisations WHERE id = $1", BELOW)
        async with transaction(world.pool) as connection:
            await take_out(connection, BELOW, world.clock())
        told = await browser.get(f"/organizations/{BELOW}", headers=since)
        assert told.json()["parent_organization_id"] == str(BESIDE)
        after = await world.pool.fetchval("SELECT changed_at FROM organisations WHERE id = $1", BELOW)
        assert after > before
        listed = (await browser.get("/organizations?per_page=100", headers=as_program)).json()["contents"]
        parents = {UUID(each["id"]): each.get("parent_organization_id") for each in listed}
        assert (parents[LEAD], parents[LOWEST]) == (str(ABOVE), str(BELOW))

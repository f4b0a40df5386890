"""The pages about feeds: operators keep sources, coordinators read the reports of their areas, nobody else sees them."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from services.directory.entrypoints.feeds.feed_words import as_csv
from services.directory.feeds.run import RunFinding
from services.directory.settings import DirectorySettings
from services.directory.storage.source_rows import list_sources
from shared.access.roles import Role
from shared.postgres.pool import Pool, transaction
from tests.component.directory.changing_feed import changing_feed
from tests.component.directory.feed_world import FeedWorld, id_of, record
from tests.component.directory.sign_in_world import SignInWorld
from tests.support.sign_in import SIGN_IN_SETTINGS, bearer, staff_caller

NEWHAM, CAMDEN = "E09000025", "E09000007"
SHEET = "Service,Organisation,Helps with\nCanal walk,Walkers,Feeling lonely\n=cmd,,\n"


@pytest.fixture
def world(pool: Pool) -> FeedWorld:
    return FeedWorld(pool)


@pytest.fixture
async def browser(
    settings: DirectorySettings, pool: Pool, world: FeedWorld
) -> AsyncIterator[httpx.AsyncClient]:
    signing_in = SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool, world.clock)
    async with signing_in.browser() as found:
        yield found


def as_role(world: FeedWorld, role: Role, *areas: str) -> dict[str, str]:
    return bearer(staff_caller(role, world.clock(), areas=areas), world.clock())


async def only_source(pool: Pool) -> UUID:
    async with transaction(pool) as connection:
        [(source, _)] = await list_sources(connection, all_of_them=True, areas=[])
    return source.id


async def test_an_operator_adds_a_list_has_it_read_and_reads_what_became_of_each_record(
    world: FeedWorld, browser: httpx.AsyncClient
) -> None:
    operator = as_role(world, Role.OPERATOR)
    async with changing_feed(record(1), record(2, minimum_age=200)) as feed:
        form = {
            "name": "Council <b>",
            "kind": "oruk-json",
            "address": feed.url,
            "area": NEWHAM,
            "every_hours": "24",
        }
        added = await browser.post("/directory/feeds", data=form, headers=operator)
        assert added.status_code == 303
        await world.runner.run_all_due()

    listed = await browser.get("/directory/feeds", headers=operator)
    source = await browser.get(added.headers["location"], headers=operator)
    run = await world.pool.fetchval("SELECT id FROM feed_runs")
    report = await browser.get(f"/directory/feeds/runs/{run}?kind=refused", headers=operator)
    sheet = await browser.get(f"/directory/feeds/runs/{run}/report.csv", headers=operator)

    assert "Council &lt;b&gt;" in listed.text
    assert "nobody is sent there" in source.text
    assert "minimum_age" in report.text
    assert str(id_of(2)) in report.text
    assert str(id_of(1)) not in report.text
    assert f"refused,1,2,{id_of(2)},,,minimum_age,not-an-age" in sheet.text.splitlines()
    assert sheet.headers["content-type"].startswith("text/csv")


async def test_a_coordinator_reads_the_reports_of_their_area_and_changes_nothing(
    world: FeedWorld, browser: httpx.AsyncClient
) -> None:
    ours = await world.source(None, kind="simple-sheet", name="Ours", area=NEWHAM)
    theirs = await world.source(None, kind="simple-sheet", name="Theirs", area=CAMDEN)
    nobodys = await world.source(None, kind="simple-sheet", name="Nobody's")
    coordinator = as_role(world, Role.COORDINATOR, NEWHAM)

    listed = await browser.get("/directory/feeds", headers=coordinator)
    seen = [
        (await browser.get(f"/directory/feeds/{each.id}", headers=coordinator)).status_code
        for each in (ours, theirs, nobodys)
    ]
    changed = await browser.post(f"/directory/feeds/{ours.id}/read", headers=coordinator)

    assert "Ours" in listed.text
    assert "Theirs" not in listed.text
    assert "Nobody" not in listed.text
    assert "Add a list" not in listed.text
    assert seen == [200, 404, 404]
    assert changed.status_code == 403


@pytest.mark.parametrize("role", [Role.LINK_WORKER, Role.SIGNPOSTER, Role.COMMISSIONER, Role.AUDITOR])
async def test_nobody_else_sees_lists(world: FeedWorld, browser: httpx.AsyncClient, role: Role) -> None:
    answer = await browser.get("/directory/feeds", headers=as_role(world, role, NEWHAM))

    assert answer.status_code == 403


async def test_an_operator_sends_a_sheet_and_sees_its_report(
    world: FeedWorld, browser: httpx.AsyncClient
) -> None:
    operator = as_role(world, Role.OPERATOR)
    await browser.post("/directory/feeds", data={"name": "Walkers", "kind": "simple-sheet"}, headers=operator)
    source_id = await only_source(world.pool)

    sent = await browser.post(
        f"/directory/feeds/{source_id}/file", files={"file": ("walks.csv", SHEET)}, headers=operator
    )
    report = await browser.get(sent.headers["location"], headers=operator)
    empty = await browser.get("/directory/feeds/sheet.csv", headers=operator)

    assert sent.status_code == 303
    assert "sheet.csv, line 2" in report.text
    assert "line 3" in report.text
    assert empty.text.startswith("Reference,Name,Organisation")


async def test_an_operator_fills_in_the_workbook_that_the_page_gives_and_sends_it(
    world: FeedWorld, browser: httpx.AsyncClient
) -> None:
    operator = as_role(world, Role.OPERATOR)
    await browser.post("/directory/feeds", data={"name": "Walkers", "kind": "simple-sheet"}, headers=operator)
    source_id = await only_source(world.pool)
    listed = await browser.get("/directory/feeds", headers=operator)
    empty = await browser.get("/directory/feeds/sheet.xlsx", headers=operator)

    sent = await browser.post(
        f"/directory/feeds/{source_id}/file", files={"file": ("walks.xlsx", empty.content)}, headers=operator
    )
    report = await browser.get(sent.headers["location"], headers=operator)

    assert 'href="/directory/feeds/sheet.xlsx"' in listed.text
    assert empty.headers["content-disposition"] == 'attachment; filename="services.xlsx"'
    assert "sheet.xlsx, line 2" in report.text
    assert await world.pool.fetchval("SELECT document->>'name' FROM services") == "Canal walk"


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "file:///etc/passwd"},
        {"address": "https://user:secret@council.example.org/"},
        {"every_hours": "0"},
        {"address": "", "every_hours": "24"},
        {"kind": "something"},
        {"name": ""},
    ],
)
async def test_a_source_that_could_not_be_read_is_not_kept(
    world: FeedWorld, browser: httpx.AsyncClient, changes: dict[str, str]
) -> None:
    form = {
        "name": "Council",
        "kind": "oruk-json",
        "address": "https://council.example.org/services",
    } | changes
    answer = await browser.post("/directory/feeds", data=form, headers=as_role(world, Role.OPERATOR))

    assert answer.status_code == 422
    assert "secret" not in answer.text
    assert await world.pool.fetchval("SELECT count(*) FROM feed_sources") == 0


async def test_what_a_held_run_misses_is_withdrawn_by_an_operator_s_word(
    world: FeedWorld, browser: httpx.AsyncClient
) -> None:
    operator = as_role(world, Role.OPERATOR)
    many = [record(number) for number in range(1, 15)]
    async with changing_feed(*many, per_page=20) as feed:
        source = await world.source(feed.url)
        await world.read(source)
        feed.records = many[:5]
        held = await world.read(source)
    page = await browser.get(f"/directory/feeds/runs/{held.id}", headers=as_role(world, Role.OPERATOR))
    operator = as_role(world, Role.OPERATOR)

    done = await browser.post(f"/directory/feeds/runs/{held.id}/withdraw-missing", headers=operator)
    twice = await browser.post(f"/directory/feeds/runs/{held.id}/withdraw-missing", headers=operator)

    assert "9 services are no longer on this list." in page.text
    assert (done.status_code, twice.status_code) == (303, 404)
    assert list((await world.statuses()).values()).count("inactive") == 9


def test_a_cell_that_a_spreadsheet_would_take_for_a_formula_is_text() -> None:
    sheet = as_csv(
        [RunFinding(1, 0, "remark", "=cmd|' /C calc'!A0", "not-a-column-we-know", file="sheet.csv", line=1)]
    )

    assert "'=cmd|" in sheet

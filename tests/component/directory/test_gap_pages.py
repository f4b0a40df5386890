"""Gaps in support: who sees which boroughs, what is counted, what is hidden, and that page, sheet and JSON say the same."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.directory.domain.catchment import Catchment
from services.directory.domain.opening import Opening
from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service, Suitability
from services.directory.entrypoints.event_subscribers import COUNTS_OF_REFERRALS
from services.directory.settings import DirectorySettings
from services.directory.use_cases.import_services import ImportServices, import_services
from shared.access.roles import Role
from shared.events.envelope import Event, new_event
from shared.events.referral import ReferralAcceptedV1, ReferralReceivedV1
from shared.postgres.pool import Pool, transaction
from tests.component.directory.sign_in_world import SignInWorld
from tests.component.referral.golden_messages import golden
from tests.support.generated_menu import neighbourhoods
from tests.support.sign_in import SIGN_IN_SETTINGS, bearer, staff_caller

NEWHAM, CAMDEN, NORTH_EAST_LONDON = "E09000025", "E09000007", "E54000029"
WARD = neighbourhoods(NEWHAM)[0].ward
WARDS = {area.ward for area in neighbourhoods(NEWHAM)}
WALKERS = Organisation(UUID(int=7), "Walkers & <b>", "They walk.")
GAPS = "/directory/gaps"


def a_service(need: str, catchment: Catchment, **changes: Any) -> Service:
    service = Service(
        uuid4(), WALKERS.id, f"For {need}", "active", (), catchment, Suitability(needs=(need,)), NEWHAM
    )
    return replace(service, **changes)


def opening(day: str, opens: time) -> Opening:
    return Opening(uuid4(), "WEEKLY", days=(day,), opens_at=opens, closes_at=time(opens.hour + 1))


BOROUGH, ONE_WARD = Catchment(areas=(NEWHAM,)), Catchment(wards=(WARD,))
MENU = (
    a_service("loneliness", BOROUGH, opening=(opening("TU", time(10)),)),
    a_service("loneliness", ONE_WARD, opening=(opening("TU", time(19)),)),
    a_service("loneliness", ONE_WARD, suitability=Suitability(needs=("loneliness",), suits=("carers",))),
    a_service("loneliness", BOROUGH, status="temporarily closed", opening=(opening("SA", time(10)),)),
    a_service("loneliness", Catchment()),
    a_service("carers", Catchment(everywhere=True), opening=(opening("SU", time(10)),)),
)


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    async with transaction(pool) as connection:
        await import_services(connection, ImportServices(list(MENU), [WALKERS]))
    return SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool)


@pytest.fixture
async def browser(world: SignInWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.browser() as found:
        yield found


def as_role(world: SignInWorld, role: Role, *areas: str) -> dict[str, str]:
    organisations = (WALKERS.id,) if role is Role.PROVIDER_STAFF else ()
    return bearer(staff_caller(role, world.clock(), areas=areas, organisations=organisations), world.clock())


def commissioner(world: SignInWorld, *areas: str) -> dict[str, str]:
    return as_role(world, Role.COMMISSIONER, *areas)


async def rows(
    browser: httpx.AsyncClient, headers: dict[str, str], asked: str = ""
) -> dict[str, dict[str, Any]]:
    """By ward, of one need."""
    answer = await browser.get(f"{GAPS}.json?{asked}", headers=headers)
    assert answer.status_code == 200
    return {row["ward"]: row for row in answer.json()["rows"]}


async def hear(pool: Pool, *events: Event[Any]) -> None:
    async with transaction(pool) as connection:
        await COUNTS_OF_REFERRALS.handle(connection, events)


def asked_for(world: SignInWorld, need: str, number: int, area: str = NEWHAM) -> list[Event[Any]]:
    now = world.clock().isoformat()
    made = golden(ReferralReceivedV1, "full", needs=[need], received_at=now, door="gp").data
    return [new_event(made, area=area) for _ in range(number)]


async def test_each_ward_has_what_takes_people_from_there_now(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    found = await rows(browser, commissioner(world, NEWHAM), "need=loneliness")

    assert set(found) == WARDS
    own = found.pop(WARD)
    assert (own["services"], own["evenings"], own["weekends"], own["with_space"]) == (3, 1, 0, 0)
    assert {(row["services"], row["evenings"], row["weekends"]) for row in found.values()} == {(1, 0, 0)}
    assert {row["borough_name"] for row in found.values()} == {"Newham"}
    assert sum(row["residents"] for row in (own, *found.values())) > 300_000


async def test_the_first_sentence_says_how_many_wards_have_no_cover_and_leads_to_them(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    headers = commissioner(world, NEWHAM)
    page = (await browser.get(f"{GAPS}?need=loneliness", headers=headers)).text
    uncovered = len(WARDS) - 1

    assert (
        f"{uncovered} of {len(WARDS)} wards</a> have no evening or weekend cover for feeling lonely" in page
    )
    there = f"{GAPS}?need=loneliness&amp;missing=no-evening-or-weekend#wards"
    assert there in page
    led = (await browser.get(there.replace("&amp;", "&"), headers=headers)).text
    assert led.count("/services?near=E05") == uncovered
    assert f"near={WARD}" not in led

    everywhere = (await browser.get(f"{GAPS}?need=carers", headers=headers)).text
    assert f"Each of the {len(WARDS)} wards has evening or weekend cover for help for carers" in everywhere


async def test_a_community_sees_the_services_that_are_for_it(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    found = await rows(browser, commissioner(world, NEWHAM), "need=loneliness&group=carers")
    south_asian = await rows(
        browser, commissioner(world, NEWHAM), "need=loneliness&group=south-asian-communities"
    )
    black = await rows(browser, commissioner(world, NEWHAM), "need=loneliness&group=black-communities")

    assert [code for code, row in found.items() if row["services"]] == [WARD]
    assert {row["gap"] for code, row in found.items() if code != WARD} == {"no-service"}
    assert {row["group_residents"] for row in found.values()} == {None}
    assert {row["group_residents_of"] for row in south_asian.values()} == {"borough"}
    assert sum(row["group_residents"] for row in black.values()) > 10_000


async def test_page_sheet_and_json_say_the_same(world: SignInWorld, browser: httpx.AsyncClient) -> None:
    headers = commissioner(world, NEWHAM)
    sheet = await browser.get(f"{GAPS}.csv?need=loneliness", headers=headers)
    told = (await browser.get(f"{GAPS}.json?need=loneliness", headers=headers)).json()["rows"]
    written = list(csv.DictReader(io.StringIO(sheet.text)))

    assert sheet.headers["content-type"].startswith("text/csv")
    assert written == [{name: "" if v is None else str(v) for name, v in row.items()} for row in told]
    page = (await browser.get(f"{GAPS}?need=loneliness", headers=headers)).text
    assert all(row["ward_name"].replace("&", "&amp;") in page for row in told)


async def test_a_commissioner_sees_the_boroughs_of_their_tree_and_no_other(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    of_board = await rows(browser, commissioner(world, NORTH_EAST_LONDON), "need=carers")
    of_all = await rows(browser, as_role(world, Role.OPERATOR), "need=carers")

    boroughs = {row["borough"] for row in of_board.values()}
    assert NEWHAM in boroughs
    assert CAMDEN not in boroughs
    assert len(boroughs) == 8
    assert len({row["borough"] for row in of_all.values()}) == 33
    page = (await browser.get(f"{GAPS}?need=carers", headers=commissioner(world, NORTH_EAST_LONDON))).text
    assert "Newham: " in page, "its outline is on the map"
    assert "Camden" not in page


@pytest.mark.parametrize("path", [GAPS, f"{GAPS}.json", f"{GAPS}.csv", f"{GAPS}/growth"])
async def test_nobody_else_sees_any_of_it(world: SignInWorld, browser: httpx.AsyncClient, path: str) -> None:
    for role in (Role.LINK_WORKER, Role.SIGNPOSTER, Role.AUDITOR, Role.PROVIDER_STAFF):
        assert (await browser.get(path, headers=as_role(world, role, NEWHAM))).status_code == 403
    assert (await browser.get(path)).status_code == 303
    if path != f"{GAPS}/growth":
        elsewhere = await browser.get(f"{path}?area={CAMDEN}", headers=commissioner(world, NEWHAM))
        nowhere = await browser.get(f"{path}?area=E09999999", headers=as_role(world, Role.OPERATOR))
        assert (elsewhere.status_code, nowhere.status_code) == (404, 404)


async def test_small_counts_and_what_would_give_them_away_are_hidden(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    for need, number in (("carers", 3), ("creative", 9), ("housing", 4321)):
        await hear(world.pool, *asked_for(world, need, number))
    headers = commissioner(world, NEWHAM)

    async with world.browser(demo_mode=False) as real:
        told = {need: await rows(real, headers, f"need={need}") for need in ("carers", "creative", "housing")}
        page = (await real.get(GAPS, headers=headers)).text
        sheet = (await real.get(f"{GAPS}.csv?need=carers", headers=headers)).text

    assert {need: row[WARD]["borough_referrals"] for need, row in told.items()} == {
        "carers": None,
        "creative": None,
        "housing": 4321,
    }
    assert {line.rpartition(",")[2] for line in sheet.splitlines()[1:]} == {""}
    assert "4321" in page
    assert ">hidden<" in "".join(page.split())
    assert "Referrals from 1 to 4 are hidden" in page
    shown = await rows(browser, headers, "need=carers")
    assert shown[WARD]["borough_referrals"] == 3, "in the demonstration all people are made up"


async def test_what_was_asked_for_over_a_year_ago_counts_no_more(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    await hear(world.pool, *asked_for(world, "carers", 8))
    world.clock.now = world.clock.now.replace(year=world.clock.now.year + 1, day=1)

    found = await rows(browser, commissioner(world, NEWHAM), "need=carers")

    assert found[WARD]["borough_referrals"] == 0


async def test_growth_is_told_by_source_and_organisation_of_the_boroughs_in_reach(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    taken = golden(ReferralAcceptedV1, "full", organisation_id=str(WALKERS.id)).data
    await hear(world.pool, *asked_for(world, "carers", 61), *asked_for(world, "carers", 500, CAMDEN))
    await hear(world.pool, *(new_event(taken, area=NEWHAM) for _ in range(17)))

    page = (await browser.get(f"{GAPS}/growth", headers=commissioner(world, NEWHAM))).text

    assert "Walkers &amp; &lt;b&gt;" in page
    cells = "".join(page.split())
    assert ">61<" in cells
    assert ">17<" in cells
    assert "500" not in cells.replace("wght@500", "")


async def test_a_borough_s_map_has_a_dot_for_each_ward_that_says_its_number(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    page = (await browser.get(f"{GAPS}?need=loneliness", headers=commissioner(world, NEWHAM))).text

    assert page.count("<circle") == len(WARDS)
    assert page.count("kith-gaps__number") == len(WARDS)
    assert ": 3 services, " in page
    assert ": 1 service, " in page

"""Offers and people of a group: by reference and never by name, each its own, with the days that are left to answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest

from services.referral.bootstrap import make_parts
from services.referral.settings import ReferralSettings
from shared.access.roles import Role
from shared.events import referral
from shared.postgres.pool import transaction
from shared.postgres.reach import Reach
from shared.security.reaches import every_borough
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA, held, taken
from tests.component.referral.referral_world import AMINA, ReferralWorld
from tests.support.http_servers import client_of
from tests.support.service_in_process import app_in_process
from tests.support.sign_in import bearer, staff_caller

BOARD, LIVE = "/referral/board", "/referral/board/live"
ELSEWHERE = "E09000025"
BY_HTMX = {"hx-request": "true"}


@pytest.fixture
def world(world: ReferralWorld) -> ReferralWorld:
    world.clock.now = utc_now()  # tokens are of today
    return world


def of_organisation(
    world: ReferralWorld, organisation: UUID, member_id: UUID | None = None
) -> dict[str, str]:
    caller = staff_caller(
        Role.PROVIDER_STAFF, world.clock(), organisations=(organisation,), member_id=member_id
    )
    return bearer(caller, world.clock()) | {"accept": "text/html"}


def in_area(world: ReferralWorld, role: Role, area: str = AREA) -> dict[str, str]:
    return bearer(staff_caller(role, world.clock(), areas=(area,)), world.clock()) | {"accept": "text/html"}


async def offer_to(world: ReferralWorld, organisation: UUID, need: str) -> referral.PlaceRequestedV1:
    await world.service(("open", 1), organisation_id=organisation, needs=[need])
    await world.refer(need)
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    return request


async def reference_of(world: ReferralWorld, request: referral.PlaceRequestedV1) -> str:
    found = await world.pool.fetchval(
        "SELECT reference FROM referrals WHERE referral_id = $1", request.referral_id
    )
    return str(found)


async def test_each_sees_the_offers_and_people_of_their_own(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    ours, theirs = uuid4(), uuid4()
    requests = [await offer_to(world, ours, "loneliness"), await offer_to(world, theirs, "housing")]
    own, other = [await reference_of(world, each) for each in requests]
    askers = {
        "ours": of_organisation(world, ours),
        "of none": of_organisation(world, uuid4()),
        "here": in_area(world, Role.COORDINATOR),
        "elsewhere": in_area(world, Role.COORDINATOR, ELSEWHERE),
    }

    pages = {name: (await client.get(BOARD, headers=each)).text for name, each in askers.items()}

    seen = {name: (own in page, other in page) for name, page in pages.items()}
    assert seen == {
        "ours": (True, False), "of none": (False, False), "here": (True, True), "elsewhere": (False, False),
    }  # fmt: skip
    assert "Feeling lonely" in pages["ours"]
    for page in pages.values():
        assert AMINA.given_name not in page
        assert AMINA.family_name not in page
    # Without any filter of the application the database holds an organisation to its own.
    async with transaction(world.pool, Reach(every_borough().areas, frozenset({ours}))) as connection:
        rows = await connection.fetch("SELECT leg_id FROM legs")
    assert {row["leg_id"] for row in rows} == {requests[0].leg_id}
    assert (await client.get(BOARD, headers=in_area(world, Role.COMMISSIONER))).status_code == 403


async def test_the_page_is_a_read_of_records_and_the_panel_counts_nobody(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    ours = uuid4()
    request = await offer_to(world, ours, "loneliness")
    headers = of_organisation(world, ours)
    reference = await reference_of(world, request)

    async def records() -> int:
        return int(await world.pool.fetchval("SELECT count(*) FROM audit_records"))

    before = await records()
    panel = await client.get(BOARD, headers=headers | BY_HTMX)
    between = await records()
    page = await client.get(BOARD, headers=headers)

    assert "<html" not in panel.text
    assert "Feeling lonely" in panel.text
    assert reference not in panel.text
    assert between == before
    assert reference in page.text
    assert await records() == before + 1


@pytest.mark.parametrize(
    ("asked_at", "days"),
    [
        # Three days to answer, each of them worked.
        (datetime(2026, 11, 23, 10, tzinfo=UTC), 3),
        (datetime(2026, 11, 27, 10, tzinfo=UTC), 5),
        (datetime(2026, 12, 24, 10, tzinfo=UTC), 7),
    ],
)
async def test_the_time_to_answer_is_told_in_working_days(
    client: httpx.AsyncClient, world: ReferralWorld, asked_at: datetime, days: int
) -> None:
    world.clock.now = asked_at
    ours = uuid4()
    request = await offer_to(world, ours, "loneliness")
    due = await world.pool.fetchval(
        "SELECT answer_by - offered_at FROM legs WHERE leg_id = $1", request.leg_id
    )

    page = (await client.get(BOARD, headers=of_organisation(world, ours))).text
    panel = (await client.get(BOARD, headers=of_organisation(world, ours) | BY_HTMX)).text

    assert due.days == days
    assert "3 working days left" in page
    assert "3 working days left" in panel
    assert "0 working days ago" in page


async def test_a_person_moves_from_the_offers_to_the_people(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    ours = uuid4()
    request = await offer_to(world, ours, "loneliness")
    headers = of_organisation(world, ours) | BY_HTMX
    before = (await client.get(BOARD, headers=headers)).text

    await world.pool.execute("UPDATE legs SET state = 'accepting' WHERE leg_id = $1", request.leg_id)
    await world.hear_answers(taken(request))
    after = (await client.get(BOARD, headers=headers)).text
    page = (await client.get(BOARD, headers=of_organisation(world, ours))).text

    assert "Nobody has a place yet" in before
    assert "No offer waits for an answer" in after
    assert "People with you" in after
    assert "Has a place" in page


async def test_an_open_board_hears_of_offers_and_ends_with_the_right_to_look(
    world: ReferralWorld, settings: ReferralSettings
) -> None:
    ours, member_id = uuid4(), uuid4()
    headers = of_organisation(world, ours, member_id) | {"accept": "text/event-stream"}
    async with (
        app_in_process("referral", make_parts, settings, world.pool, world.clock) as app,
        client_of(app) as http,
    ):
        async with asyncio.timeout(14), http.stream("GET", LIVE, headers=headers) as answer:
            lines = answer.aiter_lines()
            marks = [await next_id(lines)]
            await offer_to(world, uuid4(), "housing")
            await offer_to(world, ours, "loneliness")
            marks.append(await next_id(lines))
            await world.pool.execute(
                "INSERT INTO copied_members (member_id, version, active) VALUES ($1, 1001, false)", member_id
            )
            left = [line async for line in lines if line.startswith("data")]
        again = await http.get(LIVE, headers=headers)

    assert marks[0] != marks[1]
    assert len(left) <= 2  # the rest of the event that was read, and the look that was under way
    assert again.status_code == 401


async def next_id(lines: AsyncIterator[str]) -> str:
    async for line in lines:
        if line.startswith("id: "):
            return str(line)
    raise AssertionError("the stream ended")

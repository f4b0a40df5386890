"""What waits, in numbers: each role reads its own areas or organisation, as a page and as the sum on the home page."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from shared.access.roles import Role
from shared.events import referral
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA, held
from tests.component.referral.referral_world import ReferralWorld
from tests.support.sign_in import bearer, staff_caller

OFFERS, WAITING = "/referral/offers", "/referral/waiting"
ELSEWHERE = "E09000025"
BY_HTMX = {"hx-request": "true"}


@pytest.fixture
def world(world: ReferralWorld) -> ReferralWorld:
    world.clock.now = utc_now()  # tokens are of today
    return world


def in_area(world: ReferralWorld, role: Role, area: str = AREA) -> dict[str, str]:
    return bearer(staff_caller(role, world.clock(), areas=(area,)), world.clock()) | BY_HTMX


def of_organisation(world: ReferralWorld, role: Role, organisation: UUID) -> dict[str, str]:
    return bearer(staff_caller(role, world.clock(), organisations=(organisation,)), world.clock()) | BY_HTMX


async def offer_to(world: ReferralWorld, organisation: UUID, need: str) -> None:
    await world.service(("open", 1), organisation_id=organisation, needs=[need])
    await world.refer(need)
    await world.hear_answers(held(await world.last(referral.PlaceRequestedV1)))


async def test_each_sees_the_offers_of_their_own_organisation_or_areas(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    ours, theirs = uuid4(), uuid4()
    await offer_to(world, ours, "loneliness")
    await offer_to(world, theirs, "housing")
    askers = {
        "ours": of_organisation(world, Role.PROVIDER_STAFF, ours),
        "of none": of_organisation(world, Role.PROVIDER_STAFF, uuid4()),
        "here": in_area(world, Role.LINK_WORKER),
        "elsewhere": in_area(world, Role.COORDINATOR, ELSEWHERE),
    }

    sums = {name: (await client.get(OFFERS, headers=headers)).text for name, headers in askers.items()}
    page = await client.get(OFFERS, headers=askers["ours"] | {"hx-request": "false"})

    assert "1 person" in sums["ours"]
    assert "2 people" in sums["here"]
    for name in ("of none", "elsewhere"):
        assert sums[name].strip() == "Nobody"
    assert "<html" not in sums["ours"]
    assert "<html" in page.text
    assert "Feeling lonely" in page.text
    assert "Housing" not in page.text


async def test_the_line_and_what_was_not_found_of_late_are_counted_by_need(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("full", 0))
    for _ in range(3):
        await world.refer("loneliness")
    await world.refer("housing")

    whole = in_area(world, Role.COORDINATOR) | {"hx-request": "false"}
    page = await client.get(WAITING, headers=whole)
    sums = [
        (await client.get(WAITING, headers=in_area(world, Role.LINK_WORKER, area))).text
        for area in (AREA, ELSEWHERE)
    ]
    world.clock.pass_time(timedelta(days=31))
    later = await client.get(WAITING, headers=in_area(world, Role.COORDINATOR) | {"hx-request": "false"})

    cells = re.findall(r"<td[^>]*>(.*?)</td>", later.text, re.DOTALL)[-5:]
    said = [re.sub(r"<[^>]+>", " ", cell).split()[-1] for cell in cells]
    assert said == ["Ealing", "3", "31", "31", "0"]
    assert "3 people" in sums[0]
    assert sums[1].strip() == "Nobody"
    assert "Housing" in page.text
    assert "Housing" not in later.text
    assert "Feeling lonely" in later.text


@pytest.mark.parametrize(
    ("role", "path"),
    [(Role.AUDITOR, OFFERS), (Role.COMMISSIONER, WAITING), (Role.COMMISSIONER, OFFERS)],
)
async def test_who_sees_no_cases_sees_no_counts_of_them(
    client: httpx.AsyncClient, world: ReferralWorld, role: Role, path: str
) -> None:
    assert (await client.get(path, headers=in_area(world, role))).status_code == 403


async def test_a_group_sees_nothing_of_the_line(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    headers = of_organisation(world, Role.PROVIDER_STAFF, uuid4())

    assert (await client.get(WAITING, headers=headers)).status_code == 403

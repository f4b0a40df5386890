"""MCR-2: every refusal, wait and dead end is counted with its reason, and an organisation takes its own away for a bid."""

import csv
import io
from dataclasses import replace
from uuid import UUID, uuid4

import httpx
import pytest

from services.referral.domain.leg import LegState, find_unmet
from services.referral.domain.suitability import Barrier
from services.referral.domain.turned_away import turned_away_by
from services.referral.storage.turned_away import add_turned_away
from services.referral.use_cases.answer_offer import accept_offer, decline_offer, record_absence
from shared.access.roles import Role
from shared.events import referral
from shared.postgres.pool import transaction
from shared.service_defaults.clock import utc_now
from shared.vocabulary.vocabulary import groups, needs
from tests.component.referral.golden_messages import AREA, held
from tests.component.referral.golden_messages import taken as came_taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import bearer, staff_caller

TURNED_AWAY = "/referral/turned-away"


@pytest.fixture
def world(world: ReferralWorld) -> ReferralWorld:
    world.clock.now = utc_now()  # tokens are of today
    return world


def of(world: ReferralWorld, organisation: UUID) -> dict[str, str]:
    caller = staff_caller(Role.PROVIDER_STAFF, world.clock(), organisations=(organisation,))
    return bearer(caller, world.clock())


def in_area(world: ReferralWorld, role: Role, area: str = AREA) -> dict[str, str]:
    return bearer(staff_caller(role, world.clock(), areas=(area,)), world.clock())


async def refused_by(
    world: ReferralWorld, organisation: UUID, referred_by: UUID | None = None, **service: object
) -> None:
    """Somebody is declined by the only group there is, for want of space."""
    await world.service(("open", 1), organisation_id=organisation, needs=["housing"], **service)
    await world.refer("housing", referring_organisation_id=referred_by)
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await decline_offer(connection, request.request_id, "no-space", world.clock(), world.by)


async def taken(client: httpx.AsyncClient, headers: dict[str, str], **days: str) -> list[list[str]]:
    answer = await client.get(f"{TURNED_AWAY}.csv", headers=headers, params=days)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.text)))[1:]


async def test_each_takes_away_its_own_with_the_reason(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    ours, practice = uuid4(), uuid4()
    await refused_by(world, ours, practice)
    await world.service(("full", 0))
    await world.refer()
    await world.refer("carers")

    group = await taken(client, of(world, ours))
    referred = await taken(client, of(world, practice))
    area = await taken(client, in_area(world, Role.COMMISSIONER))
    others = await taken(client, of(world, uuid4()))
    page = await client.get(TURNED_AWAY, headers=of(world, ours))

    assert [(row[0], row[1], row[4], row[5]) for row in group] == [
        ("A group said no", "no space", "Your organisation", "1")
    ]
    assert {row[0] for row in referred} == {"A group said no", "Had to wait"}
    assert {(row[0], row[1]) for row in area} == {
        ("A group said no", "no space"),
        ("Nothing was found", "no group helps with this in their area"),
        ("Had to wait", "all that suit were full"),
    }
    assert others == []
    assert "no space" in page.text
    assert "Take these numbers away" in page.text


async def test_days_are_chosen_and_other_areas_have_nothing(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await refused_by(world, uuid4())

    before = await taken(client, in_area(world, Role.COORDINATOR), to="0001-01-01")
    elsewhere = await taken(client, in_area(world, Role.COORDINATOR, "E09000025"))
    referrer = await client.get(TURNED_AWAY, headers=in_area(world, Role.LINK_WORKER))

    assert before == elsewhere == []
    assert referrer.status_code == 403


async def test_an_area_reads_which_group_it_was_by_name(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await refused_by(world, uuid4(), organisation_name="Roof over Ealing")

    rows = await taken(client, in_area(world, Role.COMMISSIONER))
    page = await client.get(TURNED_AWAY, headers=in_area(world, Role.COMMISSIONER))

    assert [row[4] for row in rows if row[0] == "A group said no"] == ["Roof over Ealing"]
    assert "Roof over Ealing" in page.text


async def test_a_name_is_no_formula_in_the_file(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    await refused_by(world, uuid4(), organisation_name="=HYPERLINK(1)")

    rows = await taken(client, in_area(world, Role.COMMISSIONER))

    assert "'=HYPERLINK(1)" in {row[4] for row in rows}


async def test_a_group_with_a_sensitive_service_is_not_named(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    both = uuid4()
    await refused_by(world, both, organisation_name="Roof over Ealing")
    await world.service(organisation_id=both, sensitive=True, organisation_name=None)

    rows = await taken(client, in_area(world, Role.COMMISSIONER))

    assert [row[4] for row in rows if row[0] == "A group said no"] == [str(both)]


async def test_what_stood_in_the_way_is_told_and_counted_apart(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    man_by_day = {"worker_sexes": ["male"], "evenings": False, "weekends": False}
    await world.service(("open", 9), needs=["loneliness", "housing"], **man_by_day)
    await world.refer(worker_sex="female")
    await world.refer("housing", worker_sex="female", only_evenings_or_weekends=True)
    await world.refer("housing", only_evenings_or_weekends=True)

    said = [each.barrier for each in await world.heard_of(referral.ReferralNeedUnmetV1)]
    rows = await taken(client, in_area(world, Role.COMMISSIONER))
    page = await client.get(TURNED_AWAY, headers=in_area(world, Role.COMMISSIONER))

    assert said == ["worker-sex", "worker-sex", "hours"]
    assert sorted((row[1], row[2], row[5]) for row in rows if row[0] == "Nothing was found") == [
        ("no group has the woman or man that they asked for", needs()["loneliness"].label, "1"),
        ("no group has the woman or man that they asked for", needs()["housing"].label, "1"),
        ("no group is open when they can come", needs()["housing"].label, "1"),
    ]
    _, apart = page.text.split("What stood in the way when nothing was found")
    assert "no group is open when they can come" in apart


async def test_nothing_found_for_help_to_go_there_is_counted_too(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    leg = (await world.refer("housing")).legs[0]
    helped = replace(leg, state=LegState.MATCHING, wants=replace(leg.wants, need="interpreter"))
    away = turned_away_by(find_unmet(helped, Barrier.LANGUAGE).facts[0], helped)
    assert away
    async with transaction(world.pool, EVERYWHERE) as connection:
        await add_turned_away(connection, {away: 1}, world.clock().date())

    rows = await taken(client, in_area(world, Role.COMMISSIONER))

    assert "An interpreter" in {row[2] for row in rows}


async def test_who_did_not_come_is_counted_by_organisation_and_by_group_for_the_area(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    ours = uuid4()
    await world.service(("open", 1), organisation_id=ours)
    await world.refer(groups=frozenset({"carers"}))
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await accept_offer(connection, request.request_id, world.clock(), world.by)
    await world.hear_answers(came_taken(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await record_absence(connection, request.leg_id, world.clock(), world.by)

    group = await taken(client, of(world, ours))
    area = await taken(client, in_area(world, Role.COMMISSIONER))

    missed = ("Did not come", "they were expected", needs()["loneliness"].label)
    assert [(*row[:3], row[4]) for row in group] == [(*missed, "Your organisation")]
    assert {(*row[:3], row[4]) for row in area} == {
        (*missed, "Bow Arts Centre"),
        ("Did not come, by group", groups()["carers"].label, missed[2], ""),
    }

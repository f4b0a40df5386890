"""The commissioner's summary is right to the number, by borough, door, reason and day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.access.roles import Role
from shared.service_defaults.clock import utc_now
from tests.component.outcomes.journey import CAMDEN, EALING, Journey
from tests.component.outcomes.outcomes_world import AS_BROWSER, AS_COMMISSIONER, OutcomesWorld
from tests.support.sign_in import PUBLIC_KEYS, SIGNER, staff_caller, system_bearer


async def a_day_in_london(world: OutcomesWorld, client: httpx.AsyncClient) -> list[Journey]:
    """Five referrals: one goes all the way, one waits, one waited and got a place, one unmet, one withdrawn."""
    whole, waits, waited, unmet, gone = (
        Journey(),
        Journey(door="self"),
        Journey(area=CAMDEN),
        Journey(area=CAMDEN, door="self"),
        Journey(),
    )
    await world.hear(
        *(journey.received() for journey in (whole, waits, waited, unmet, gone)),
        *(whole.offered(), whole.declined(), whole.offered(), whole.lapsed(), whole.offered()),
        *(whole.accepted(), whole.started(), whole.completed()),
        waits.waiting(),
        *(waited.waiting(), waited.offered(), waited.accepted()),
        unmet.unmet("travel"),
        *(gone.offered(), gone.withdrawn()),
    )
    world.clock.now = whole.now + timedelta(days=84)
    await world.tick()
    await world.answer(client, whole.leg_id, "before", "3333333")
    world.clock.move(timedelta(minutes=1))
    await world.answer(client, whole.leg_id, "after", "4444444")
    await world.answer(client, waited.leg_id, "before", "2222222")
    return [whole, waits, waited, unmet, gone]


async def summary(client: httpx.AsyncClient, **query: str) -> Any:
    answer = await client.get("/outcomes/api/summary", params=query, headers=AS_COMMISSIONER)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_every_figure_is_what_happened(world: OutcomesWorld, client: httpx.AsyncClient) -> None:
    await a_day_in_london(world, client)

    found = await summary(client)

    everywhere = found["all"]
    assert {name: everywhere[name] for name in everywhere if name not in {"unmet_by_reason", "hidden"}} == {
        "area": None,
        "name": "All boroughs",
        "referred": 5,
        "referred_by_door": {"gp": 3, "self": 2},
        "needs": 5,
        "placed": 2,
        "waited": 2,
        "waiting_now": 1,
        "unmet": 1,
        "declined": 1,
        "lapsed": 1,
        "started": 1,
        "completed": 1,
        "withdrawn": 1,
        "missed": 0,
        "missed_by_need": {},
        "supported": 1,
        "median_days_to_support": 0,
        "six_weeks_without_support": 3,
        "mean_paired_change": "5.78",
        "paired_people": 1,
        "missing_follow_up": 1,
    }
    assert {reason: n for reason, n in everywhere["unmet_by_reason"].items() if n} == {"travel": 1}
    assert [(each["name"], each["referred"], each["placed"]) for each in found["boroughs"]] == [
        ("Camden", 2, 1),
        ("Ealing", 3, 1),
    ]
    assert set(everywhere) - {"area", "name", "hidden"} == set(found["definitions"])


@pytest.mark.parametrize("ending", ["no_place_at_event", "no_place_meanwhile"])
async def test_what_somebody_said_yes_to_and_brought_no_place_is_no_need_without_support(
    world: OutcomesWorld, client: httpx.AsyncClient, ending: str
) -> None:
    waits = Journey()
    invited = replace(waits, leg_id=uuid4())
    await world.hear(waits.received(), waits.waiting(), invited.offered(), invited.declined())
    await world.hear(getattr(invited, ending)())
    world.clock.now = waits.now + timedelta(days=50)

    found = (await summary(client))["all"]

    assert (found["six_weeks_without_support"], found["withdrawn"]) == (1, 1)


async def test_time_with_no_support_ends_with_the_start_of_anything(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    """HLP-25: something that is begun while they wait counts for the need that they wait for."""
    waits, late, nothing, gone = Journey(), Journey(), Journey(area=CAMDEN), Journey(area=CAMDEN)
    meanwhile = replace(waits, leg_id=uuid4())
    await world.hear(*(each.received() for each in (waits, late, nothing, gone)), waits.waiting())
    meanwhile.now += timedelta(days=10)
    late.now += timedelta(days=50)
    gone.now += timedelta(days=20)
    await world.hear(
        *(meanwhile.offered(), meanwhile.accepted(), meanwhile.started()),
        *(late.offered(), late.accepted(), late.started()),
        gone.withdrawn(),
        nothing.waiting(),
    )

    world.clock.now = nothing.now + timedelta(days=42)
    soon = await summary(client)
    world.clock.move(timedelta(days=1))
    then = await summary(client)

    camden, ealing = then["boroughs"]
    assert soon["all"]["six_weeks_without_support"] == 1
    assert then["all"]["six_weeks_without_support"] == 2
    assert (ealing["supported"], ealing["median_days_to_support"]) == (3, 10)
    assert (camden["supported"], camden["median_days_to_support"]) == (0, None)
    assert then["all"]["median_days_to_support"] == 10


async def test_a_borough_and_days_choose_referrals(world: OutcomesWorld, client: httpx.AsyncClient) -> None:
    await a_day_in_london(world, client)
    late = Journey(now=datetime(2026, 7, 1, 22, 58, tzinfo=UTC))
    next_day = Journey(now=datetime(2026, 7, 1, 23, 0, tzinfo=UTC))
    await world.hear(late.received(), next_day.received())

    ealing = await summary(client, area=EALING)
    first = await summary(client, **{"from": "2026-07-01", "to": "2026-07-01"})
    second = await summary(client, **{"from": "2026-07-02", "to": "2026-07-02"})

    assert ealing["all"]["referred"] == 5
    assert ealing["all"]["missing_follow_up"] == 0
    assert first["all"]["referred"] == second["all"]["referred"] == 1, "days are London days"


async def test_an_empty_summary_is_zeros_and_no_mean(client: httpx.AsyncClient) -> None:
    found = await summary(client)

    assert found["all"]["referred"] == 0
    assert found["all"]["mean_paired_change"] is None
    assert found["boroughs"] == []


async def test_small_counts_are_hidden_outside_a_demonstration(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    await a_day_in_london(world, client)
    for _ in range(6):
        journey = Journey()
        await world.hear(journey.received(), journey.offered(), journey.accepted())

    async with world.client(demo_mode=False) as real:
        found = await summary(real)

    ealing = next(each for each in found["boroughs"] if each["area"] == EALING)
    assert (ealing["placed"], ealing["referred"]) == (None, None)
    assert found["all"]["mean_paired_change"] is None
    assert "mean_paired_change" in found["all"]["hidden"]
    assert found["small_counts"] == "hidden"
    shown = [n for each in (found["all"], *found["boroughs"]) for n in each.values() if isinstance(n, int)]
    assert not [n for n in shown if 0 < n < 5]


async def test_the_summary_needs_the_scope(world: OutcomesWorld, client: httpx.AsyncClient) -> None:
    async with world.client(demo_mode=False) as real:
        statuses = [
            (await client.get("/outcomes/api/summary")).status_code,
            (await client.get("/outcomes/summary", headers=AS_BROWSER)).status_code,
            (await real.get("/outcomes/summary", headers=AS_BROWSER)).status_code,
            (await real.get("/outcomes/summary", headers=AS_BROWSER | AS_COMMISSIONER)).status_code,
        ]

    assert statuses == [401, 200, 303, 200]


async def test_staff_see_the_figures_of_their_areas(world: OutcomesWorld) -> None:
    def cookie(role: Role, *areas: str) -> dict[str, str]:
        token = SIGNER.sign(staff_caller(role, world.clock(), areas=areas), world.clock())
        return AS_BROWSER | {"cookie": f"kith-token={token}"}

    async with world.client(demo_mode=False, token_keys=PUBLIC_KEYS) as real:
        commissioner, link_worker = cookie(Role.COMMISSIONER, CAMDEN), cookie(Role.LINK_WORKER, CAMDEN)
        first = await real.get("/outcomes/summary?from=2026-01-01", headers=commissioner)
        own = await real.get(first.headers["location"], headers=commissioner)
        others = await real.get(f"/outcomes/summary?area={EALING}", headers=commissioner)
        not_theirs = await real.get("/outcomes/summary", headers=link_worker)

    assert (first.status_code, f"area={CAMDEN}" in first.headers["location"]) == (303, True)
    assert first.headers["location"].startswith("/outcomes/summary?from=2026-01-01&")
    assert (own.status_code, "Commissioner" in own.text) == (200, True)
    assert [others.status_code, not_theirs.status_code] == [404, 403]


@pytest.mark.asvs("V2.2.3")
async def test_bad_questions_are_refused_with_a_reason(client: httpx.AsyncClient) -> None:
    for query, slug in (
        ({"area": "E09000099"}, "area-not-known"),
        ({"from": "2026-12-01", "to": "2026-11-01"}, "days-out-of-order"),
        ({"from": "yesterday"}, "not-valid"),
    ):
        answer = await client.get("/outcomes/api/summary", params=query, headers=AS_COMMISSIONER)
        assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{slug}")


async def test_the_page_has_the_same_figures(world: OutcomesWorld, client: httpx.AsyncClient) -> None:
    await a_day_in_london(world, client)

    page = await client.get("/outcomes/summary?area=&from=&to=", headers=AS_BROWSER)

    assert page.status_code == 200
    assert "+5.78" in page.text
    assert page.text.count("<rect") == 2
    for borough in ("Camden", "Ealing", "All boroughs"):
        assert borough in page.text
    assert "How this is worked out" in page.text
    assert "counts under 5 are hidden" in page.text
    assert "style=" not in page.text


async def test_an_organisation_reads_the_figures_of_whom_it_referred_or_gave_a_place(
    world: OutcomesWorld,
) -> None:
    ours = uuid4()
    journeys = [
        Journey(referring_organisation_id=ours),
        Journey(area=CAMDEN, organisation_id=ours),
        Journey(),
        Journey(area=CAMDEN, referring_organisation_id=uuid4()),
    ]
    for journey in journeys:
        await world.hear(journey.received(), journey.offered(), journey.accepted(), journey.started())
    world.clock.now = utc_now()  # tokens are of today
    staff = staff_caller(Role.PROVIDER_STAFF, world.clock(), organisations=(ours,))
    system = system_bearer("summary:read", areas=(), organisation=ours)

    async with world.client(demo_mode=False) as client:
        found = (await client.get("/outcomes/api/summary", headers=system)).json()
        camden = (await client.get("/outcomes/api/summary", params={"area": CAMDEN}, headers=system)).json()
        pages = [
            await client.get("/outcomes/summary", headers=headers | AS_BROWSER)
            for headers in ({"cookie": f"kith-token={SIGNER.sign(staff, world.clock())}"}, system)
        ]

    assert found["organisations"] == [str(ours)]
    assert [each["name"] for each in found["boroughs"]] == ["Camden", "Ealing"]
    assert [each["name"] for each in camden["boroughs"]] == ["Camden"]
    for page in pages:
        assert page.status_code == 200
        assert "your organisation referred, or gave a place to" in page.text


async def test_a_group_is_not_told_how_often_others_turned_its_people_away(world: OutcomesWorld) -> None:
    ours = uuid4()
    for journey in (Journey(organisation_id=ours), Journey(referring_organisation_id=ours)):
        await world.hear(
            journey.received(), journey.offered(), journey.declined(), journey.offered(), journey.accepted()
        )
    world.clock.now = utc_now()

    async with world.client() as client:
        found = await client.get(
            "/outcomes/api/summary",
            headers=system_bearer("summary:read", areas=(), organisation=ours),
        )

    assert (found.json()["all"]["placed"], found.json()["all"]["declined"]) == (2, 1)


async def test_unmet_needs_are_counted_by_what_stood_in_the_way(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    for reason, barrier in (
        ("no-service", "worker-sex"),
        ("no-service", "hours"),
        ("no-service", "catchment"),
        ("no-service", None),
        ("not-eligible", "does-not-suit"),
    ):
        journey = Journey()
        await world.hear(journey.received(), journey.unmet(reason, barrier))

    found = (await summary(client))["all"]
    page = await client.get("/outcomes/summary", headers=AS_COMMISSIONER)

    assert {reason: n for reason, n in found["unmet_by_reason"].items() if n} == {
        "no-service": 2, "not-eligible": 1, "worker-sex": 1, "hours": 1,
    }  # fmt: skip
    assert "No group is open when they can come" in page.text


async def test_days_on_which_somebody_did_not_come_are_counted_by_need_and_borough(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    came, missed_twice, elsewhere = Journey(), Journey(), Journey(area=CAMDEN)
    for journey in (came, missed_twice, elsewhere):
        await world.hear(journey.received(), journey.offered(), journey.accepted())
    await world.hear(
        missed_twice.not_attended(),
        missed_twice.not_attended(),
        missed_twice.started(),
        elsewhere.not_attended(),
    )

    found = await summary(client)
    page = await client.get("/outcomes/summary", headers=AS_COMMISSIONER)

    assert (found["all"]["missed"], found["all"]["missed_by_need"]) == (3, {"loneliness": 3})
    assert {each["area"]: each["missed"] for each in found["boroughs"]} == {CAMDEN: 1, came.area: 2}
    assert found["all"]["started"] == 1
    assert "Who did not come" in page.text


async def test_the_home_page_is_told_for_how_many_needs_nothing_was_found_of_late(
    world: OutcomesWorld,
) -> None:
    world.clock.now = utc_now()  # tokens are of today
    old, now = world.clock.now - timedelta(days=40), world.clock.now
    journeys = [
        *(Journey(area=area, now=now) for area in [EALING] * 6 + [CAMDEN] * 7),
        *(Journey(area=CAMDEN, now=old) for _ in range(9)),
    ]
    for journey in journeys:
        await world.hear(journey.received(), journey.unmet())

    def asking(*areas: str) -> dict[str, str]:
        token = SIGNER.sign(staff_caller(Role.COMMISSIONER, now, areas=areas), now)
        return {"cookie": f"kith-token={token}", "hx-request": "true", "accept": "*/*"}

    async with world.client(demo_mode=False) as real:
        sums = [
            (await real.get("/outcomes/summary", headers=asking(*areas))).text
            for areas in ((CAMDEN,), (CAMDEN, EALING), ("E09000025",))
        ]

    assert "Nothing suits: 7 in 30 days" in sums[0]
    assert "Nothing suits: 13 in 30 days" in sums[1]
    assert sums[2].strip() == "Nothing new"
    assert "<html" not in "".join(sums)

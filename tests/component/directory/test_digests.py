"""A weekly mail of what is on: asked for, due once a week whoever looks, silent when nothing is on, stopped by its link."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.directory.domain.digest import MOST_OF_A_MEMBER, day_of_sending, first_day, next_day
from services.directory.entrypoints.finding.find_desk import FindDesk
from services.directory.entrypoints.known_places import known_places
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.entrypoints.taking_away.digest_tasks import say_digests_due
from services.directory.entrypoints.taking_away.taking_away_desk import TakingAwayDesk
from services.directory.search.query import Query
from services.directory.settings import DirectorySettings
from shared.postgres.pool import Pool
from shared.service_defaults.metrics import new_registry
from shared.service_defaults.process import Platform
from tests.component.directory.conftest import INTERNAL_KEY
from tests.component.directory.sign_in_world import MovableClock, SignInWorld, person
from tests.component.directory.test_taking_away import SECRET, SUNDAY, WALTHAM_FOREST, take
from tests.support.sign_in import SIGN_IN_SETTINGS
from tests.unit.directory.taking_away.made import SERVICE

OURS = {"authorization": f"Bearer {INTERNAL_KEY}"}
PAGE = "/directory/digests"
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    await take(pool, SERVICE, SECRET)
    await pool.execute("UPDATE services SET came_at = '2026-01-05T09:00:00Z'")
    chosen = settings.model_copy(update=dict(SIGN_IN_SETTINGS))
    return await SignInWorld(chosen, pool, MovableClock(SUNDAY)).with_demo_people()


@pytest.fixture
async def browser(world: SignInWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.browser() as found:
        await world.sign_in(found, "sam")
        yield found


@pytest.fixture
async def worker(world: SignInWorld) -> AsyncIterator[TakingAwayDesk]:
    """What a worker looks with."""
    async with httpx.AsyncClient() as http:
        platform = Platform(world.settings, world.pool, world.clock, new_registry(), http)
        finder = FindDesk(world.pool, world.clock, IndexKeeper(platform), known_places(None))
        yield TakingAwayDesk(world.pool, world.settings, world.clock, finder)


async def ask(
    world: SignInWorld, browser: httpx.AsyncClient, where: str = "Waltham Forest", *needs: str, **more: Any
) -> httpx.Response:
    sent = {
        **world.csrf(browser), "form_token": str(uuid4()), "where": where, "needs": list(needs), **more
    }  # fmt: skip
    return await browser.post(PAGE, data=sent)


async def due(pool: Pool) -> list[dict[str, Any]]:
    rows = await pool.fetch(
        "SELECT payload FROM outbox_events WHERE topic = 'directory.digests.v1' ORDER BY seq"
    )
    return [json.loads(row["payload"]) for row in rows]


async def reader(browser: httpx.AsyncClient, digest_id: str) -> httpx.Response:
    wanted = {"recipient": {"kind": "digest-reader", "id": digest_id}}
    return await browser.post("/internal/recipients", json=wanted, headers=OURS)


async def test_a_member_asks_and_is_told_on_monday_what_is_on_for_two_weeks(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool, worker: TakingAwayDesk
) -> None:
    asked = await ask(world, browser, "Waltham Forest", "loneliness")
    page = await browser.get(PAGE)
    counted = []
    for moment in (MONDAY - timedelta(seconds=1), MONDAY, MONDAY + timedelta(hours=5)):
        world.clock.now = moment
        counted.append(await say_digests_due(worker))
    [event] = await due(pool)
    told = (await reader(browser, event["digest_id"])).json()

    assert asked.status_code == 303
    assert "Waltham Forest" in page.text
    assert counted == [0, 1, 0]
    assert event == {"digest_id": event["digest_id"], "period": "2026-11-23"}
    assert told["address"] == person("sam").email
    assert told["text"].count("10am to 12:30pm: Tea & talk; for all") == 2, "both Tuesdays"
    assert "TUESDAY 24 NOVEMBER 2026" in told["text"]
    assert "NEW ON KITH" not in told["text"]
    assert SECRET.name not in told["text"]
    for feed in (".ics", ".rss", ""):
        assert f"/directory/whats-on{feed}?near={WALTHAM_FOREST}&need=loneliness" in told["text"]


async def test_of_many_workers_one_says_that_a_week_is_due(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool, worker: TakingAwayDesk
) -> None:
    for where in ("Waltham Forest", "E17"):
        await ask(world, browser, where)
    for week in range(3):
        world.clock.now = MONDAY + week * WEEK
        counted = await asyncio.gather(*(say_digests_due(worker) for _ in range(3)))
        assert sum(counted) == 2
    periods = [(each["digest_id"], each["period"]) for each in await due(pool)]
    assert len(periods) == len(set(periods)) == 6


async def test_nothing_is_said_when_nothing_is_on(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool, worker: TakingAwayDesk
) -> None:
    await ask(world, browser, "Waltham Forest", "housing")
    world.clock.now = MONDAY
    silent = await say_digests_due(worker)
    suits = replace(SERVICE.suitability, needs=("housing",))
    await take(pool, replace(SERVICE, id=UUID(int=16), name="A new home", suitability=suits, opening=()))
    await pool.execute(
        "UPDATE services SET came_at = $1 WHERE id = $2", MONDAY + timedelta(days=2), UUID(int=16)
    )
    world.clock.now = MONDAY + WEEK
    new = await say_digests_due(worker)
    [event] = await due(pool)
    told = (await reader(browser, event["digest_id"])).json()["text"]
    world.clock.now = MONDAY + 2 * WEEK
    old = await say_digests_due(worker)

    assert (silent, new, old) == (0, 1, 0)
    assert "NEW ON KITH\nA new home, Tea folk" in told


async def test_one_mail_that_cannot_be_made_costs_no_other_and_has_its_turn_next_week(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool, worker: TakingAwayDesk
) -> None:
    suits = replace(SERVICE.suitability, needs=("housing",))
    await take(pool, replace(SERVICE, id=UUID(int=16), name="A home", suitability=suits))
    for need in ("loneliness", "housing"):
        await ask(world, browser, "Waltham Forest", need)
    await worker.found(Query())
    await pool.execute("UPDATE services SET document = document - 'name' WHERE id = $1", SERVICE.id)

    world.clock.now = MONDAY
    said = [await say_digests_due(worker) for _ in range(2)]

    assert said == [1, 0]
    assert len(await due(pool)) == 1
    moved = await pool.fetch("SELECT next_on FROM digests")
    assert [row["next_on"] for row in moved] == [(MONDAY + WEEK).date()] * 2


async def test_weeks_that_went_by_are_left_out(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool, worker: TakingAwayDesk
) -> None:
    await ask(world, browser)
    world.clock.now = MONDAY + 3 * WEEK + timedelta(days=2)
    counted = [await say_digests_due(worker) for _ in range(2)]

    assert counted == [1, 0]
    assert await pool.fetchval("SELECT next_on::text FROM digests") == "2026-12-21"


async def test_a_mails_link_stops_it_by_a_press_and_a_look_does_not(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool, worker: TakingAwayDesk
) -> None:
    await ask(world, browser)
    world.clock.now = MONDAY
    await say_digests_due(worker)
    [event] = await due(pool)
    told = (await reader(browser, event["digest_id"])).json()["text"]
    link = re.search(r"(/directory/digest/\S+)", told)
    assert link
    async with world.browser() as visitor:
        looked = await visitor.get(link[1])
        kept = await pool.fetchval("SELECT count(*) FROM digests")
        pressed, again = [await visitor.post(link[1]) for _ in range(2)]

    assert (looked.status_code, kept) == (200, 1)
    assert "Stop this email" in looked.text
    assert pressed.status_code == again.status_code == 200
    assert "has stopped" in pressed.text
    assert await pool.fetchval("SELECT count(*) FROM digests") == 0
    assert (await reader(browser, event["digest_id"])).status_code == 404


async def test_a_mail_program_stops_it_with_one_post_and_no_session(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    """RFC 8058 §3.2: a form of one field, packed in either way, without cookies, from no page of ours."""
    one_click = {"List-Unsubscribe": "One-Click"}
    packed: list[dict[str, Any]] = [{"data": one_click}, {"files": {"List-Unsubscribe": (None, "One-Click")}}]
    for way in packed:
        await ask(world, browser)
        digest_id = await pool.fetchval("SELECT id FROM digests")
        stop = (await due_link(world, browser, digest_id)).removeprefix(world.settings.public_url)
        async with world.browser() as program:
            for method in ("GET", "HEAD", "OPTIONS"):
                await program.request(method, stop, params=one_click)
            kept = await pool.fetchval("SELECT count(*) FROM digests")
            stopped = await program.post(stop, **way)

        assert (kept, stopped.status_code) == (1, 200)
        assert await pool.fetchval("SELECT count(*) FROM digests") == 0


async def due_link(world: SignInWorld, browser: httpx.AsyncClient, digest_id: UUID) -> str:
    return str((await reader(browser, str(digest_id))).json()["link"])


async def test_a_member_stops_their_own_and_nobody_elses(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    await ask(world, browser)
    digest_id = await pool.fetchval("SELECT id FROM digests")
    async with world.browser() as other:
        await world.sign_in(other, "priya")
        await other.post(f"{PAGE}/{digest_id}/stop", data=world.csrf(other))
    left = await pool.fetchval("SELECT count(*) FROM digests")
    await browser.post(f"{PAGE}/{digest_id}/stop", data=world.csrf(browser))

    assert (left, await pool.fetchval("SELECT count(*) FROM digests")) == (1, 0)


async def test_the_same_wish_is_one_mail_and_a_member_has_only_so_many(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    for _ in range(2):
        await ask(world, browser, "Waltham Forest", "loneliness")
    same = await pool.fetchval("SELECT count(*) FROM digests")
    places = ("Camden", "Newham", "Ealing", "Lambeth", "Hackney")
    answers = [(await ask(world, browser, each)).status_code for each in places]

    assert same == 1
    assert answers == [303] * (MOST_OF_A_MEMBER - 1) + [422]


async def test_a_postcode_is_kept_as_its_neighbourhood(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    await ask(world, browser, "E17 4PP")
    unknown = await ask(world, browser, "Nowhere at all")

    assert re.fullmatch(r"E01\d{6}", await pool.fetchval("SELECT near FROM digests"))
    assert unknown.status_code == 422


async def test_whoever_has_no_address_or_was_shut_out_is_sent_nothing(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool, worker: TakingAwayDesk
) -> None:
    await ask(world, browser)
    world.clock.now = MONDAY
    await pool.execute("UPDATE members SET active = false WHERE id = $1", person("sam").id)
    shut_out = await say_digests_due(worker)
    await pool.execute("UPDATE members SET active = true, email = NULL WHERE id = $1", person("sam").id)
    no_address = await say_digests_due(worker)

    assert (shut_out, no_address) == (0, 0)


async def test_visitors_sign_in_first(world: SignInWorld) -> None:
    async with world.browser() as visitor:
        answer = await visitor.get(PAGE)

    assert answer.status_code == 303
    assert "/directory/sign-in" in answer.headers["location"]


def test_the_first_is_on_the_next_monday_in_the_morning_of_london() -> None:
    assert first_day(SUNDAY).isoformat() == "2026-11-23"
    assert first_day(MONDAY).isoformat() == "2026-11-30"
    summer = datetime(2026, 7, 6, 6, tzinfo=UTC)
    assert day_of_sending(summer).isoformat() == "2026-07-06"
    assert day_of_sending(summer - timedelta(seconds=1)).isoformat() == "2026-07-05"
    assert next_day(first_day(SUNDAY), first_day(SUNDAY)).isoformat() == "2026-11-30"

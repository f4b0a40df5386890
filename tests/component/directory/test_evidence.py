"""What services did for people: heard from outcomes in any order, shown on pages in words and bars, nothing where too few."""

import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.directory.bootstrap import make_parts
from services.directory.domain.evidence import Evidence
from services.directory.domain.service import Service
from services.directory.entrypoints.event_subscribers import COPY_OF_EVIDENCE
from services.directory.settings import DirectorySettings
from services.directory.storage.copied_evidence import evidence_of
from services.directory.storage.duplicate_rows import end_merge
from services.directory.use_cases.import_services import ImportServices, import_services
from shared.events.envelope import Event
from shared.events.outcomes import ServiceEvidenceChangedV1
from shared.postgres.pool import Pool, transaction
from tests.component.directory.sign_in_world import AS_BROWSER, MovableClock
from tests.component.directory.test_find_pages import NOW, OWNER, REFUGE, TEA, words_of
from tests.component.directory.test_merged_taking_away import merge
from tests.component.referral.golden_messages import golden
from tests.support.service_in_process import service_in_process

MENU = "/directory/menu/E09000031"


@pytest.fixture
async def browser(settings: DirectorySettings, pool: Pool) -> AsyncIterator[httpx.AsyncClient]:
    async with transaction(pool) as connection:
        await import_services(connection, ImportServices([TEA, REFUGE], [OWNER]))
    clock = MovableClock(NOW)
    async with service_in_process(
        "directory", make_parts, settings, pool, clock, base_url="http://localhost:8080", headers=AS_BROWSER
    ) as found:
        yield found


def telling(
    of: Service, version: int = 1, case: str = "full", **given: Any
) -> Event[ServiceEvidenceChangedV1]:
    return golden(ServiceEvidenceChangedV1, case, service_id=of.id, version=version, **given)


async def hear(pool: Pool, *events: Event[ServiceEvidenceChangedV1]) -> None:
    """As the subscription hands them over, as one batch."""
    async with transaction(pool) as connection:
        await COPY_OF_EVIDENCE.handle(connection, events)


async def shown(pool: Pool, service_id: UUID) -> Evidence | None:
    async with pool.acquire() as connection:
        return (await evidence_of(connection, [service_id])).get(service_id)


async def test_a_service_s_page_says_how_many_it_helped_and_what_changed(
    browser: httpx.AsyncClient, pool: Pool
) -> None:
    before = await browser.get(f"/services/{TEA.id}")
    assert "helped about" not in before.text
    assert "kith-bars" not in before.text
    await hear(pool, telling(TEA))

    page = await browser.get(f"/services/{TEA.id}")

    words = words_of(page)
    assert "In the last year it helped about 40 people." in words
    assert "Of every 10 people who were given a place, about 8 came." in words
    assert "15 people told us how they felt, before and after. Most of them felt better." in words
    assert "Their wellbeing score went up by 2.4 points on average." in words
    assert "They are few people, so it may be chance." in words
    assert re.findall(r'kith-bars__part" width="(\d+)"', page.text) == ["100", "80", "30"]


async def test_results_and_the_menu_for_programs_say_it_in_short(
    browser: httpx.AsyncClient, pool: Pool
) -> None:
    await hear(pool, telling(TEA))

    results = words_of(await browser.get("/services"))
    menu = (await browser.get(MENU, headers={"accept": "application/json"})).json()

    assert "In the last year it helped about 40 people. Most of them felt better." in results
    [need] = [need for need in menu["needs"] if need["code"] == "loneliness"]
    evidence = {line["name"]: line.get("evidence") for line in need["services"]}
    assert evidence[TEA.name] == {
        "as_of": "2026-11-16",
        "placed": 50,
        "helped": 40,
        "answered": 15,
        "mean_change": "2.4",
        "felt": "most-better",
    }
    assert evidence[REFUGE.name] is None


async def test_too_few_people_are_not_shown_at_all(browser: httpx.AsyncClient, pool: Pool) -> None:
    await hear(pool, telling(TEA))
    await hear(pool, telling(TEA, 5, "minimal"))

    page = await browser.get(f"/services/{TEA.id}")

    assert await shown(pool, TEA.id) is None
    assert "helped about" not in words_of(page)
    assert "evidence" not in (await browser.get(MENU, headers={"accept": "application/json"})).text


async def test_counts_without_answers_are_shown_without_them(browser: httpx.AsyncClient, pool: Pool) -> None:
    await hear(pool, telling(TEA, case="minimal", helped=10))

    words = words_of(await browser.get(f"/services/{TEA.id}"))

    assert "helped about 10 people" in words
    assert "told us how they felt" not in words
    assert "Of every 10" not in words


@pytest.mark.asvs("V15.3.1")
async def test_nothing_is_shown_of_a_service_that_is_sensitive_or_has_become_so(
    browser: httpx.AsyncClient, pool: Pool
) -> None:
    await hear(pool, telling(REFUGE), telling(TEA))
    async with transaction(pool) as connection:
        hidden = replace(TEA, sensitive=True, places=())
        await import_services(connection, ImportServices([hidden], [OWNER]))

    for each in (REFUGE, TEA):
        assert await shown(pool, each.id) is None
        assert "helped about" not in (await browser.get(f"/services/{each.id}")).text
    assert "helped about" not in (await browser.get("/services")).text
    assert "evidence" not in (await browser.get(MENU, headers={"accept": "application/json"})).text


async def test_the_newest_telling_stands_in_whatever_order_they_come(
    browser: httpx.AsyncClient, pool: Pool
) -> None:
    """All orders of three, each as single events and as one batch, each event twice."""
    tellings = [(1, 5), (2, 20), (3, 15)]
    for number, order in enumerate(itertools.permutations(tellings), start=100):
        of = replace(TEA, id=UUID(int=number), places=(), pools=())
        async with transaction(pool) as connection:
            await import_services(connection, ImportServices([of], [OWNER]))
        events = [telling(of, version, "minimal", helped=helped) for version, helped in order]
        if number % 2:
            await hear(pool, *events, *events)
        else:
            for event in (*events, *events):
                await hear(pool, event)

        assert await shown(pool, of.id) == Evidence(events[0].data.as_of, helped=15)


async def test_what_comes_before_its_service_is_kept_for_it(pool: Pool) -> None:
    await hear(pool, telling(TEA))
    assert await shown(pool, TEA.id) is None

    async with transaction(pool) as connection:
        await import_services(connection, ImportServices([TEA], [OWNER]))
    found = await shown(pool, TEA.id)
    assert found is not None
    assert found.helped == 40


@pytest.mark.parametrize("status", ["inactive", "defunct"])
async def test_a_service_that_does_not_run_any_more_shows_nothing(
    browser: httpx.AsyncClient, pool: Pool, status: str
) -> None:
    await hear(pool, telling(TEA))
    async with transaction(pool) as connection:
        await import_services(connection, ImportServices([replace(TEA, status=status)], [OWNER]))  # type: ignore[arg-type]

    assert "helped about" not in (await browser.get(f"/services/{TEA.id}")).text


async def test_a_merged_entry_counts_at_the_one_that_is_kept_until_that_is_undone(
    browser: httpx.AsyncClient, pool: Pool
) -> None:
    twin, third = (replace(TEA, id=UUID(int=number), name=f"Tea {number}") for number in (501, 502))
    async with transaction(pool) as connection:
        await import_services(connection, ImportServices([twin, third], [OWNER]))
    await hear(
        pool, telling(TEA), telling(twin, helped=20, placed=25), telling(third, case="minimal", helped=5)
    )
    alone = await shown(pool, TEA.id)
    await merge(pool, third.id, twin.id)
    await merge(pool, twin.id, TEA.id)

    both = await shown(pool, TEA.id)
    page = words_of(await browser.get(f"/services/{TEA.id}"))
    hidden = await shown(pool, twin.id)
    async with transaction(pool) as connection:
        await end_merge(connection, twin.id, NOW, OWNER.id)
        await connection.execute("UPDATE services SET listed = true WHERE id = $1", twin.id)

    assert alone is not None
    assert both is not None
    assert (alone.helped, both.helped, both.placed, both.answered) == (40, 65, 75, 30)
    assert "In the last year it helped about 65 people." in page
    assert hidden is None
    assert await shown(pool, TEA.id) == alone
    taken_back = await shown(pool, twin.id)
    assert taken_back is not None
    assert taken_back.helped == 25


async def test_of_a_merged_entry_that_became_sensitive_nothing_is_added(
    browser: httpx.AsyncClient, pool: Pool
) -> None:
    twin = replace(TEA, id=UUID(int=501), name="Tea 501", sensitive=True, places=())
    async with transaction(pool) as connection:
        await import_services(connection, ImportServices([twin], [OWNER]))
    await hear(pool, telling(TEA), telling(twin))
    await merge(pool, twin.id, TEA.id)

    found = await shown(pool, TEA.id)
    assert found is not None
    assert found.helped == 40

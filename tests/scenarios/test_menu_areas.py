"""Who is taken from where, and what is never said of a service whose address keeps people safe."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Browser, Page

from deploy.demo.plan import Space
from deploy.demo.waiting import until
from tests.browser.the_browser import PHONE, visitor
from tests.scenarios.looking import unfold_search
from tests.scenarios.menu_services import BROMLEY, SUTTON, Listed
from tests.scenarios.pressing import press
from tests.scenarios.scene import Scene

TAKEN_FROM = {
    "SM1 1EA": {"everywhere", "borough", "ward", "radius"},  # Sutton Central, 300 metres from the library
    "SM1 2AB": {"everywhere", "borough", "radius"},  # the next ward, as near
    "SM6 7HA": {"everywhere", "borough"},  # Hackbridge
    "SW19 3LX": {"everywhere"},  # Merton
}


async def test_each_service_is_found_by_those_whom_it_takes_and_by_nobody_else(
    listed: Listed, browser: Browser, origin: str
) -> None:
    """MCR-5: catchments are 'everywhere', boroughs, wards or a radius, and the search keeps to them."""
    kinds = {record["name"]: kind for kind, record in listed.catchments.items()}
    found: dict[str, set[str]] = {}
    async with visitor(browser, origin, PHONE, javascript=False) as (page, ear):
        for postcode in TAKEN_FROM:
            names = await _found_from(page, postcode)
            found[postcode] = {kinds[name] for name in names & kinds.keys()}
        assert ear.complaints == []

    assert found == TAKEN_FROM


async def _found_from(page: Page, postcode: str) -> set[str]:
    await page.goto("/services?need=newly-arrived")
    await unfold_search(page)
    await page.get_by_label("Your postcode or area").fill(postcode)
    await press(page.get_by_role("button", name="Search", exact=True))
    assert postcode not in page.url
    assert parse_qs(urlsplit(page.url).query)["need"] == ["newly-arrived"]
    return set(await page.locator(".kith-found h3 a").all_inner_texts())


async def test_a_refuge_is_found_and_nobody_can_tell_where_it_is_or_whether_it_has_space(
    scene: Scene, listed: Listed, browser: Browser, origin: str
) -> None:
    """MCR-5: a domestic abuse service has no address, no dot on the map, and no space in any open answer."""
    refuge = listed.refuge
    await scene.only("physical-activity", BROMLEY, {listed.walk["name"]: Space("open", 3)})
    await scene.only("domestic-abuse", SUTTON, {refuge["name"]: Space("open", 3)})
    referred = await scene.refer(area=SUTTON, needs=["domestic-abuse"], sex="female", age=35)
    await scene.is_offered(referred)  # so the space that it said is known all over

    async with visitor(browser, origin, PHONE) as (page, _):
        await page.goto(f"/directory/map?near={SUTTON}&need=domestic-abuse")
        assert refuge["name"] in await page.locator(".kith-map-list").inner_text()
        assert await page.locator(".kith-map__dot").count() == 0
        shown = [await page.content()]
        for path in (f"/services/{refuge['id']}", f"/directory/leaflet/{refuge['id']}"):
            await page.goto(path)
            assert refuge["name"] in await page.locator("main").inner_text()
            shown.append(await page.content())
        feed = await _feed_with_space(page, of=listed.walk)

    for said in [*shown, *await _said_to_programs(scene, refuge, feed)]:
        assert not [place for place in ("Hidden Lane", "The house", "SM6 7HA", "51.3798") if place in said]
        assert not [space for space in ("capacities", "capacityStatus", "a few places") if space in said]


async def _feed_with_space(page: Page, *, of: dict[str, Any]) -> str:
    """The whole feed, a full record on each line, as soon as it tells the space of a service that may tell it."""

    async def told() -> str | None:
        feed = await (await page.request.get("/services?format=ndjson&full=true")).text()
        lines = [json.loads(line) for line in feed.splitlines()]
        return feed if any(line.get("capacities") for line in lines if line["id"] == of["id"]) else None

    return await until(told, "the space of a service in the feed")


async def _said_to_programs(scene: Scene, service: dict[str, Any], feed: str) -> list[str]:
    call, service_id = scene.client.call, service["id"]
    lines = [json.loads(line) for line in feed.splitlines()]
    [line] = [each for each in lines if each["id"] == service_id]
    at_places = await call(None, "GET", "/service_at_locations", search=service["name"])
    assert at_places["contents"] == []
    said = [line, await call(None, "GET", f"/services/{service_id}")]
    said.append(await call(None, "GET", f"/fhir/HealthcareService/{service_id}"))
    return [json.dumps(each) for each in said]

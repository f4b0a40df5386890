"""A provider says full, and all that show space say it a moment later."""

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Browser

from deploy.demo.plan import Space
from deploy.demo.spaces import SPACE_PATH
from deploy.demo.waiting import until
from tests.browser.the_browser import PHONE, visitor
from tests.scenarios.menu_services import BROMLEY, Listed
from tests.scenarios.scene import Scene

WITHIN = 5.0  # seconds from the tap: the search looks every second, the rest is for a busy machine


async def test_what_a_provider_says_of_its_space_is_said_everywhere_at_once(
    scene: Scene, listed: Listed, browser: Browser, origin: str
) -> None:
    """MCR-1, in the menu: one tap says full; feed, FHIR, the search for space and the service's page say it too."""
    walk = listed.walk
    mail = await scene.mail_about(walk["name"], SPACE_PATH)
    await scene.only("physical-activity", BROMLEY, {walk["name"]: Space("open", 3)})
    await _all_say(scene, walk, "a few places", within=10)

    async with visitor(browser, origin, PHONE, javascript=False, has_touch=True) as (page, ear):
        await page.goto(str(mail.link_to(SPACE_PATH)))
        await page.get_by_role("button", name="We are full").tap()
        await page.get_by_role("heading", level=1, name="Thank you. You are full").wait_for()
        await _all_say(scene, walk, "full", within=WITHIN)
        await page.goto(f"/services/{walk['id']}")

        assert "Full for now" in await page.locator("main").inner_text()
        assert ear.complaints == []


SAID: dict[str, dict[str, Any]] = {
    "a few places": {"feed": 1, "fhir": "capacity", "search": True, "page": True},
    "full": {"feed": 0, "fhir": "no-capacity", "search": False, "page": False},
}


async def _all_say(scene: Scene, service: dict[str, Any], space: str, *, within: float) -> None:
    said: dict[str, Any] = {}

    async def as_wanted() -> bool:
        said.update({where: await look(scene, service) for where, look in LOOKS.items()})
        return said == SAID[space]

    try:
        await until(as_wanted, f"'{space}' everywhere", within=within)
    except TimeoutError:
        assert said == SAID[space]
        raise


async def _in_feed(scene: Scene, service: dict[str, Any]) -> int | None:
    record = await scene.client.call(None, "GET", f"/services/{service['id']}")
    return next((each["available"] for each in record.get("capacities", [])), None)


async def _in_fhir(scene: Scene, service: dict[str, Any]) -> str | None:
    resource = await scene.client.call(None, "GET", f"/fhir/HealthcareService/{service['id']}")
    parts = [part for each in resource.get("extension", []) for part in each.get("extension", [])]
    return next((_status(part) for part in parts if part["url"] == "capacityStatus"), None)


def _status(part: dict[str, Any]) -> str:
    return str(part["valueCodeableConcept"]["coding"][0]["code"])


async def _in_search(scene: Scene, service: dict[str, Any]) -> bool:
    """Whether it is among what has space now."""
    address = f"/services?near={BROMLEY}&need=physical-activity&space=yes"
    return service["name"] in (await scene.client.open(address)).text


async def _on_page(scene: Scene, service: dict[str, Any]) -> bool:
    return "Has a few places" in (await scene.client.open(f"/services/{service['id']}")).text


LOOKS: dict[str, Callable[[Scene, dict[str, Any]], Awaitable[Any]]] = {
    "feed": _in_feed,
    "fhir": _in_fhir,
    "search": _in_search,
    "page": _on_page,
}

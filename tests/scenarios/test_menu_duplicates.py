"""Two lists name the same service: a person decides, and from then on there is one of it everywhere."""

import re

from playwright.async_api import Browser, Page

from deploy.demo.plan import Space
from deploy.demo.waiting import until
from tests.browser.the_browser import DESK, visitor
from tests.scenarios.listed_services import Record
from tests.scenarios.menu_services import NEWHAM, Listed
from tests.scenarios.pressing import press, sign_in_as
from tests.scenarios.scene import Scene

NEED = "womens-health"
PAIRS = "/directory/duplicates"
SEARCH = f"/services?near={NEWHAM}&need={NEED}"
BOTH_OPEN = Space("open", 20)


async def test_one_of_two_that_are_the_same_is_shown_and_sent_to_until_that_is_undone(
    scene: Scene, listed: Listed, browser: Browser, origin: str
) -> None:
    """LEI-3: likely duplicates side by side; a coordinator merges; one is found, shown and sent to; it can be undone."""
    kept, twin = listed.circle, listed.twin
    await scene.only(NEED, NEWHAM, {kept["name"]: BOTH_OPEN, twin["name"]: BOTH_OPEN})
    await _found_are(scene, {kept["name"], twin["name"]})

    async with visitor(browser, origin, DESK) as (page, ear):
        await _open_pair(page, kept, twin)
        cells = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile("^Name")))
        assert await cells.get_by_role("link").count() == 2
        await _keep(page, kept)
        assert kept["name"] in await page.locator("main").inner_text()

        await _found_are(scene, {kept["name"]})
        await _led_from(page, twin, kept)
        await _all_are_sent_to(scene, kept)

        await page.goto(f"{PAIRS}?state=merged")
        await press(page.locator("main tbody a").filter(has_text="ircle").first)
        await press(page.get_by_role("button", name="Undo"))
        await _found_are(scene, {kept["name"], twin["name"]})
        assert ear.complaints == []

    await scene.only(NEED, NEWHAM, {twin["name"]: BOTH_OPEN})
    await _all_are_sent_to(scene, twin)


async def _open_pair(page: Page, kept: Record, twin: Record) -> None:
    """As the coordinator of the borough, as soon as the two have been compared."""
    await sign_in_as("Nadia Rahman", page, PAIRS)
    either = re.compile("|".join(map(re.escape, (kept["name"], twin["name"]))))

    async def compared() -> bool:
        await page.goto(PAIRS)
        return await page.get_by_role("link", name=either).count() > 0

    await until(compared, "the two as likely duplicates")
    await press(page.get_by_role("link", name=either).first)


async def _keep(page: Page, kept: Record) -> None:
    first = await page.get_by_role("row").get_by_role("link").first.get_attribute("href")
    which = "first" if first == f"/services/{kept['id']}" else "second"
    await press(page.get_by_role("button", name=f"Same: keep the {which}"))


async def _found_are(scene: Scene, wanted: set[str]) -> None:
    """The same in all that people and programs read: the search, the area's menu, the feed."""

    async def as_wanted() -> bool:
        menu = await scene.client.call(None, "GET", f"/directory/menu/{NEWHAM}", need=NEED)
        feed = await scene.client.call(None, "GET", "/services", search="circle green street")
        search = (await scene.client.open(SEARCH)).text
        everybody = {"Green Street women's circle", "Womens Circle, Green Street"}
        seen = [
            {each for each in everybody if each in str(menu)},
            {each["name"] for each in feed["contents"]},
            {each for each in everybody if each in search},
        ]
        return all(names == wanted for names in seen)

    await until(as_wanted, f"{wanted} in search, menu and feed")


async def _led_from(page: Page, twin: Record, kept: Record) -> None:
    await page.goto(f"/services/{twin['id']}")
    assert page.url.endswith(f"/services/{kept['id']}")


async def _all_are_sent_to(scene: Scene, service: Record) -> None:
    """Of two that are alike each would get some."""
    referred = [await scene.refer(area=NEWHAM, needs=[NEED], sex="female", age=40) for _ in range(4)]
    for each in referred:
        await scene.is_offered(each)
    sent_to = {(await scene.legs(each))[0]["service_id"] for each in referred}
    assert sent_to == {service["id"]}

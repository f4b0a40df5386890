"""The provider's board, open through the edge: it changes when somebody else taps, and nobody loads it again."""

from playwright.async_api import Browser, Locator, Page

from deploy.demo.plan import Space
from deploy.demo.spaces import Providers
from tests.browser.cast import Cast
from tests.browser.keyboard import IS_FOCUSED
from tests.browser.page_list import board
from tests.browser.the_browser import DESK, visitor

STILL_THE_SAME = "() => window.neverLoadedAgain === true"


async def _group_on(page: Page, cast: Cast) -> tuple[str, str]:
    """The pool and the service of the first group of the board."""
    pool_id = await page.locator(".kith-pool").first.get_attribute("aria-labelledby")
    assert pool_id is not None
    pool_id = pool_id.removeprefix("pool-")
    for service_id in await cast.services():
        pools = await Providers(cast.client, {}).pools_of(service_id)
        if pool_id in {pool["pool_id"] for pool in pools}:
            return pool_id, service_id
    raise AssertionError("the board shows a group that is in no directory")


async def _board_with_a_group_that_has_places(page: Page, cast: Cast) -> tuple[str, Locator]:
    """The service of the first group, and its part of the board."""
    await board(page, cast)
    pool_id, service_id = await _group_on(page, cast)
    await cast.say(service_id, Space("open", 7))
    of_pool = page.locator(f"section[aria-labelledby=pool-{pool_id}]")
    await of_pool.get_by_text("Has places").wait_for()
    return service_id, of_pool


async def test_an_open_board_changes_when_somebody_else_taps(
    browser: Browser, origin: str, cast: Cast
) -> None:
    async with visitor(browser, origin, DESK) as (page, ear):
        service_id, of_pool = await _board_with_a_group_that_has_places(page, cast)
        await page.evaluate("() => { window.neverLoadedAgain = true }")

        await cast.say(service_id, Space("full"))
        await of_pool.locator(".nhsuk-tag--red").wait_for()
        await cast.say(service_id, Space("open", 3))
        await of_pool.get_by_text("Has places").wait_for()

        assert await page.evaluate(STILL_THE_SAME)
        assert ear.complaints == []


async def test_a_change_takes_neither_the_focus_nor_a_half_typed_number_away(
    browser: Browser, origin: str, cast: Cast
) -> None:
    async with visitor(browser, origin, DESK) as (page, ear):
        service_id, of_pool = await _board_with_a_group_that_has_places(page, cast)
        number, button = of_pool.locator("input[name=free]"), of_pool.locator("button[value=limited]")
        await number.fill("1")
        await button.focus()

        await cast.say(service_id, Space("full"))
        await of_pool.locator(".nhsuk-tag--red").wait_for()

        assert await button.evaluate(IS_FOCUSED)
        assert await number.input_value() == "1"
        assert ear.complaints == []

"""Pages about choosing among three: Newham proposes for as long as it takes to refer somebody, and then asks as before."""

from playwright.async_api import Page

from tests.browser.cast import PROPOSES as NEWHAM
from tests.browser.cast import Cast

HERS = "Nadia Rahman"
HOW_WE_ASK, TO_CHOOSE = "/referral/how-we-ask", "/referral/to-choose"


async def sign_in(page: Page, path: str) -> None:
    await page.goto(f"/directory/sign-in?back={path}")
    await page.get_by_role("button", name=f"Sign in as {HERS}").click()


async def say_how(page: Page, mode: str) -> None:
    await page.goto(HOW_WE_ASK)
    await page.get_by_label("Which borough?").select_option(NEWHAM)
    await page.locator(f"input[name=mode][value={mode}]").check()
    async with page.expect_navigation():
        await page.get_by_role("button", name="Save").click()


async def somebody_chooses(page: Page, cast: Cast) -> str:
    """Gives the referral of somebody in Newham who has to choose. Whoever looks is signed in as its coordinator."""
    await cast.make_room(NEWHAM)
    await sign_in(page, HOW_WE_ASK)
    # Several pages are visited at a time: what one says of the area must not fall between another's two words.
    async with cast.proposing:
        await say_how(page, "propose")
        _, referral_id = await cast.refer(area=NEWHAM)
        await cast.leg_in(referral_id, "proposed", "somebody who has to choose")
        await say_how(page, "at-once")
    return referral_id


async def choosing_list(page: Page, cast: Cast) -> None:
    await somebody_chooses(page, cast)
    await page.goto(TO_CHOOSE)


async def choosing_with_them(page: Page, cast: Cast) -> None:
    referral_id = await somebody_chooses(page, cast)
    leg = await cast.leg_in(referral_id, "proposed", "somebody who has to choose")
    await page.goto(f"{TO_CHOOSE}/{leg['leg_id']}")
    await page.get_by_role("button", name="Leave it to Kith").wait_for()


async def chosen_for_them(page: Page, cast: Cast) -> None:
    await choosing_with_them(page, cast)
    async with page.expect_navigation():
        await page.get_by_role("button", name="Ask ").first.click()


async def my_choice(page: Page, cast: Cast) -> None:
    referral_id = await somebody_chooses(page, cast)
    await page.goto(cast.referral_of(referral_id))
    await page.get_by_role("button", name="You choose for me").wait_for()


async def how_we_ask(page: Page, _: Cast) -> None:
    await sign_in(page, HOW_WE_ASK)


async def how_we_ask_with_faults(page: Page, cast: Cast) -> None:
    await how_we_ask(page, cast)
    await page.get_by_role("button", name="Save").click()

"""In an area that proposes, a link worker and a person choose a group together."""

from playwright.async_api import Browser, Page

from deploy.demo.plan import Space
from tests.browser.the_browser import DESK, visitor
from tests.scenarios.menu_services import NEWHAM
from tests.scenarios.pressing import press, sign_in_as
from tests.scenarios.scene import Scene

HOW_WE_ASK, TO_CHOOSE = "/referral/how-we-ask", "/referral/to-choose"
MINE, OFFER = "/referral/mine/", "/referral/offer/"
NEED, LISTENING, TALK, RAINBOW = (
    "mental-wellbeing",
    "Listening in your language",
    "Evening Talk",
    "Rainbow company",
)


async def test_a_link_worker_chooses_with_the_person(scene: Scene, browser: Browser, origin: str) -> None:
    """Three with why they fit, one that the person never wants, and one that is asked for them."""
    three = dict.fromkeys((LISTENING, TALK, RAINBOW), Space("open", 9))
    await scene.only(NEED, NEWHAM, three)
    async with (
        visitor(browser, origin, DESK) as (coordinator, _),
        visitor(browser, origin, DESK) as (worker, _),
    ):
        await sign_in_as("Nadia Rahman", coordinator, HOW_WE_ASK)
        await _say(coordinator, "propose")
        try:
            referred = await scene.refer(area=NEWHAM, needs=[NEED], age=40, groups=("lgbtq",))
            await scene.becomes({NEED: "proposed"}, referred)
        finally:
            await _say(coordinator, "at-once")
        await sign_in_as("Amina Yusuf", worker, TO_CHOOSE)
        await press(worker.locator("main tbody a").last)
        assert set(await _groups(worker)) == set(three)
        shown = await worker.locator("main").inner_text()
        assert shown.count("Helps with: Mental wellbeing") == len(three)
        assert referred.person.family_name not in shown

        await press(worker.get_by_role("button", name=f"They do not want {TALK}"))
        assert set(await _groups(worker)) == {LISTENING, RAINBOW}
        await press(worker.get_by_role("button", name=f"Ask {LISTENING}"))
        assert f"{LISTENING} has been asked" in await worker.locator("main").inner_text()

    await scene.is_offered(referred)
    mail = await scene.mail(referred.person.email, "We have your referral")
    theirs = (await scene.follow(mail, MINE)).text
    assert "We have asked a local group" in theirs
    assert LISTENING in theirs
    assert TALK in theirs.partition("Groups that you do not want")[2]
    offer = (await scene.follow(await scene.mail_about(LISTENING, OFFER), OFFER)).text
    assert "Why we ask you" in offer
    assert "Helps with: Mental wellbeing" in offer


async def _say(page: Page, mode: str) -> None:
    await page.get_by_label("Which borough?").select_option(NEWHAM)
    await page.locator(f"input[name=mode][value={mode}]").check()
    await press(page.get_by_role("button", name="Save"))


async def _groups(page: Page) -> list[str]:
    return [text.strip() for text in await page.locator("main h2").all_inner_texts()]

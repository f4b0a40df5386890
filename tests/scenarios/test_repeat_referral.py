"""Who comes back with the same need is known again, and each need of a referral goes its own way."""

from typing import Any

from playwright.async_api import Browser, Page

from deploy.demo.arrivals import REFERRALS, Referred
from deploy.demo.people import Person
from deploy.demo.plan import Space
from tests.browser.the_browser import DESK, visitor
from tests.scenarios.menu_services import NEWHAM
from tests.scenarios.pressing import sign_in_as
from tests.scenarios.scene import Scene

AGAIN, OFFER, PROGRESS, MINE = (
    "/referral/referred-again",
    "/referral/offer/",
    "/referral/progress/",
    "/referral/mine/",
)
FOOD, MONEY, GROUP = "healthy-eating", "money-advice", "Mile End healthy plate"


async def test_a_repeat_referral_is_flagged_with_what_became_of_those_before(
    scene: Scene, browser: Browser, origin: str
) -> None:
    """HLP-40: by NHS number, and by email with the day of birth; two needs of one referral go on by themselves."""
    await scene.only(MONEY, NEWHAM, {})
    await scene.only(FOOD, NEWHAM, {GROUP: Space("open", 9)})
    person = scene.someone(area=NEWHAM, needs=[FOOD], age=40)
    first, reference = await _refer(scene, person)
    await scene.is_offered(first)
    await scene.press(await scene.follow(await scene.mail_about(GROUP, OFFER), OFFER), "accept")
    page = await scene.follow(await scene.mail_about(GROUP, PROGRESS), PROGRESS)
    for step in ("started", "finished"):
        page = await scene.press(page, step)
    await scene.becomes({FOOD: "completed"}, first)

    async with visitor(browser, origin, DESK) as (look, _):
        await sign_in_as("Amina Yusuf", look, AGAIN)
        assert await _row(look, reference) == []

        second, again = await _refer(scene, person, needs=[FOOD, MONEY])
        await scene.becomes({FOOD: "offered", MONEY: "waiting"}, second)
        await look.goto(AGAIN)
        [(_, need, where, times, _, became)] = await _row(look, again)
        assert (need, where, times, became) == (
            "Food and healthy eating",
            "Newham",
            "1",
            "The support ended",
        )

        third, third_time = await _refer(scene, person, without_nhs_number=True)
        await scene.is_offered(third)
        await look.goto(AGAIN)
        [(*_, times, _, became)] = await _row(look, third_time)
        assert (times, became) == ("2", "Still looking")
        assert person.family_name not in await look.locator("main").inner_text()

    waits = await scene.mail(person.email, "You are on the waiting list")
    theirs = (await scene.follow(waits, MINE)).text
    assert "Money and benefits" in theirs
    assert "You are on the waiting list" in theirs
    assert "Food and healthy eating" in theirs
    assert "We have asked a local group" in theirs


async def _refer(
    scene: Scene, person: Person, *, without_nhs_number: bool = False, **other: Any
) -> tuple[Referred, str]:
    said = person.as_gp_referral() | other
    if without_nhs_number:
        del said["person"]["nhs_number"]
    answer = await scene.client.call("demo-gp", "POST", REFERRALS, said)
    return Referred(person, answer["referral_id"]), answer["reference"]


async def _row(page: Page, reference: str) -> list[list[str]]:
    """What stands by a reference, if anything does."""
    rows = await page.locator("main tbody tr", has_text=reference).all()
    return [[text.strip() for text in await row.locator("th, td").all_inner_texts()] for row in rows]

"""People are routed over a border, and to specialists first."""

from playwright.async_api import Browser, Page

from deploy.demo.plan import Space
from tests.browser.the_browser import DESK, visitor
from tests.scenarios.pressing import sign_in_as
from tests.scenarios.scene import Scene

HILLINGDON, NEWHAM = "E09000017", "E09000025"
OFFER, OFFERS, MINE = "/referral/offer/", "/referral/offers", "/referral/mine/"
OVER_THE_BORDER, SPECIALIST, ALLOTMENT = (
    "Mile End healthy plate",
    "Mind and Body link worker",
    "Shared allotment",
)


async def test_a_place_over_the_border_and_each_borough_sees_its_own_side(
    scene: Scene, browser: Browser, origin: str
) -> None:
    """LEW-6: a person of Newham gets a place with a group of Tower Hamlets; staff of each see their side as numbers."""
    async with (
        visitor(browser, origin, DESK) as of_newham,
        visitor(browser, origin, DESK) as of_the_group,
    ):
        await sign_in_as("Nadia Rahman", of_newham[0], OFFERS)
        await sign_in_as("Tom Becker", of_the_group[0], OFFERS)
        before = (
            await with_a_place(of_newham[0], "Our people with groups of other boroughs", "Tower Hamlets"),
            await with_a_place(of_the_group[0], "People of other boroughs with our groups", "Newham"),
        )
        await scene.only("physical-activity", NEWHAM, {OVER_THE_BORDER: Space("open", 5)})
        referred = await scene.refer(area=NEWHAM, needs=["physical-activity"], age=40)
        await scene.is_offered(referred)
        offer = await scene.follow(await scene.mail_about(OVER_THE_BORDER, OFFER), OFFER)
        assert "Newham" in offer.text
        await scene.press(offer, "accept")
        await scene.mail(referred.person.email, "You have a place")

        await of_newham[0].reload()
        await of_the_group[0].reload()
        after = (
            await with_a_place(of_newham[0], "Our people with groups of other boroughs", "Tower Hamlets"),
            await with_a_place(of_the_group[0], "People of other boroughs with our groups", "Newham"),
        )
        assert after == (before[0] + 1, before[1] + 1)
        assert referred.person.family_name not in await of_the_group[0].locator("main").inner_text()


async def test_who_has_a_severe_mental_illness_goes_to_those_who_are_there_for_them(scene: Scene) -> None:
    """HLP-28: several needs on one referral; for the cohort the specialist comes first, the other need goes its own way."""
    await scene.only(
        "mental-wellbeing", HILLINGDON, {SPECIALIST: Space("open", 5), "Evening Talk": Space("open", 5)}
    )
    await scene.only("creative", HILLINGDON, {ALLOTMENT: Space("open", 5)})
    referred = await scene.refer(
        area=HILLINGDON, needs=["mental-wellbeing", "creative"], groups=("severe-mental-illness",), age=40
    )
    wanted = {"mental-wellbeing": "offered", "creative": "offered"}
    legs = {leg["need"]: leg for leg in await scene.becomes(wanted, referred)}

    assert {need: scene.name_of(leg["service_id"]) for need, leg in legs.items()} == {
        "mental-wellbeing": SPECIALIST,
        "creative": ALLOTMENT,
    }
    offer = await scene.follow(await scene.mail_about(SPECIALIST, OFFER), OFFER)
    assert "severe mental illness" in offer.text.lower()
    await scene.press(offer, "accept")
    await scene.mail(referred.person.email, "You have a place")
    mine = await scene.mail(referred.person.email, "We have your referral")
    assert f"Your place is with {SPECIALIST}" in (await scene.follow(mine, MINE)).text


async def with_a_place(page: Page, table: str, borough: str) -> int:
    """How many of this borough have a place by the table; none where there is no such row."""
    row = page.get_by_role("table", name=table).get_by_role("row").filter(has_text=borough)
    if not await row.count():
        return 0
    return int(await row.get_by_role("cell").last.inner_text())

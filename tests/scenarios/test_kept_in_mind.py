"""What somebody says of themselves on the form decides where they are sent: to nothing rather than to what does not suit."""

import pytest
from playwright.async_api import Browser

from deploy.demo.plan import Space
from deploy.demo.waiting import until
from tests.scenarios.looking import looking
from tests.scenarios.scene import Scene
from tests.scenarios.self_referral import Says, refer_oneself

PHONE, DESK = "a narrow phone without JavaScript", "a desk"
BRENT, ENFIELD, EALING, TOWER_HAMLETS, WALTHAM_FOREST, MERTON = (
    "E09000005", "E09000010", "E09000009", "E09000030", "E09000031", "E09000024",
)  # fmt: skip
OFFER = "/referral/offer/"


@pytest.mark.parametrize(
    ("screen", "area", "need", "age", "says", "has_space", "suits"),
    [
        (PHONE, BRENT, "loneliness", 70, Says(cannot_travel=True), "Irish tea dance", "Friends who visit"),
        (PHONE, TOWER_HAMLETS, "healthy-eating", 40, Says(only_late=True), "Women cook together", "Mile End healthy plate"),
        (PHONE, TOWER_HAMLETS, "mental-wellbeing", 40, Says(language="so"), "Farm makers", "Listening in your language"),
        (DESK, WALTHAM_FOREST, "mental-wellbeing", 40, Says(worker_sex="female"), "Tasters at the gallery", "Walthamstow counselling"),
        (PHONE, EALING, "housing", 40, Says(access=("bsl",)), "London Housing Line", "Ealing money and housing desk"),
    ],
    ids=["LEE-4 cannot travel", "LEE-5 evenings", "LEE-10 language", "LEE-11 worker", "LEE-12 sign language"],
)  # fmt: skip
async def test_somebody_waits_for_what_suits_though_something_else_has_space(
    scene: Scene, browser: Browser, origin: str, screen: str, area: str, need: str, age: int,
    says: Says, has_space: str, suits: str,
) -> None:  # fmt: skip
    """LEE-4, LEE-5, LEE-10, LEE-11, LEE-12: hard to routing, as the person said it."""
    await scene.only(need, area, {has_space: Space("open", 5)})
    person = scene.someone(door="self", area=area, needs=[need], age=age)
    async with looking(browser, origin, screen) as looker:
        await refer_oneself(looker.page, person, says)
        waits = await scene.mail(person.email, "You are on the waiting list")
        await looker.go(str(waits.link_to("/referral/mine/")))
        assert "All the groups that suit you are full" in await looker.text()

        await scene.only(need, area, {suits: Space("open", 5)})
        offer = await scene.follow(await scene.mail_about(suits, OFFER), OFFER)
        await scene.press(offer, "accept")
        await scene.mail(person.email, "You have a place")
        await looker.page.reload()

        assert f"Your place is with {suits}" in await looker.text()


@pytest.mark.parametrize(("screen", "area"), [(PHONE, ENFIELD), (DESK, MERTON)], ids=["phone", "desk"])
async def test_a_barrier_that_no_service_minds_is_told_and_counted_by_its_cause(
    scene: Scene, browser: Browser, origin: str, screen: str, area: str
) -> None:
    """HLP-7: the online course says whom it does not suit; who is one of them is not sent there, and is counted."""
    await scene.only("healthy-eating", area, {"Plate Online": Space("open", 5)})
    before = await _unmet(scene, area)
    person = scene.someone(door="self", area=area, needs=["healthy-eating"], age=40)
    async with looking(browser, origin, screen) as looker:
        await looker.go("/services?search=Plate+Online")
        await looker.follow("Plate Online")
        assert (
            "People with a learning disability"
            in await looker.page.locator(".nhsuk-summary-list__row", has_text="Not right for").inner_text()
        )

        await refer_oneself(looker.page, person, Says(groups=("learning-disability",)))
        news = await scene.mail(person.email, "News about your referral")
        await looker.go(str(news.link_to("/referral/mine/")))
        assert "We have not found help that suits you" in await looker.text()

    async def counted() -> bool:
        return await _unmet(scene, area) == before + 1

    assert await until(counted, "the unmet need with its cause in the summary")


async def _unmet(scene: Scene, area: str) -> int:
    summary = await scene.client.call("demo-commissioner", "GET", "/outcomes/api/summary", area=area)
    return int(summary["all"]["unmet_by_reason"]["not-eligible"])

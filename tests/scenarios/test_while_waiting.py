"""Who waits for counselling sees where they stand, and what is open meanwhile that they may have beside it."""

import re

from playwright.async_api import Browser, Locator

from deploy.demo.plan import Space
from tests.scenarios.looking import Looker, looking
from tests.scenarios.scene import Scene

PHONE = "a narrow phone without JavaScript"
MINE, OFFER = "/referral/mine/", "/referral/offer/"
WALTHAM_FOREST, NEED = "E09000031", "mental-wellbeing"
COUNSELLING, CHOIR, WALKS = (
    "Walthamstow counselling",
    "Choir for the nervous",
    "Healthy plate, face to face",
)
PLENTY = Space("open", 30)
# The first of the two, and whoever else of the borough waits for the same.
STANDS = re.compile(
    r"All the groups that suit you are full. You are on the waiting list. "
    r"Of those in your borough who wait for this, [1-9]\d* (person is|people are) before you\."
)


async def test_who_waits_takes_something_meanwhile_and_keeps_their_place(
    scene: Scene, browser: Browser, origin: str
) -> None:
    """HLP-25: a long wait for counselling leaves nobody with nothing, and nothing is pressed on anybody."""
    await scene.only(NEED, WALTHAM_FOREST, {})
    for name in (CHOIR, WALKS):
        for pool in await scene.providers.pools_of(scene.service_named(name)["id"]):
            await scene.providers.say(pool, PLENTY)
    first, second = [await scene.refer(area=WALTHAM_FOREST, needs=[NEED], age=40) for _ in range(2)]
    assert [await scene.state(each) for each in (first, second)] == ["waiting"] * 2
    waits = await scene.mail(second.person.email, "You are on the waiting list")

    async with looking(browser, origin, PHONE) as looker:
        await looker.go(str(waits.link_to(MINE)))
        found = STANDS.search(await looker.text())
        assert found, "the page says how many are before them"
        stands = found.group()
        await looker.page.get_by_text("How the order is made").click()
        assert "points: 0 for the full weeks since you asked us" in await looker.text()

        await looker.press(_button(looker, "Not for me", CHOIR))
        assert stands in await looker.text()
        await looker.page.reload()
        assert await _button(looker, "Ask for a place", CHOIR).count() == 0
        assert "You keep your place on the waiting list, whatever you choose." in await looker.text()

        await looker.press(_button(looker, "Ask for a place", WALKS))
        assert stands in await looker.text()
        asked = await scene.follow(await scene.mail_about(WALKS, OFFER), OFFER)
        await scene.press(asked, "accept")
        await scene.becomes({NEED: "waiting", "physical-activity": "accepted"}, second)
        await looker.page.reload()
        assert f"Your place is with {WALKS}" in await looker.text()
        assert stands in await looker.text()

        await scene.only(NEED, WALTHAM_FOREST, {COUNSELLING: Space("open", 5)})
        await scene.becomes({NEED: "offered", "physical-activity": "accepted"}, second)
        await looker.page.reload()
        assert "We have asked a local group" in await looker.text()
        assert COUNSELLING in await looker.text()
        assert f"Your place is with {WALKS}" in await looker.text()


def _button(looker: Looker, what: str, group: str) -> Locator:
    return looker.page.get_by_role("button", name=f"{what} {group}")

"""Every refusal, lapse, wait and dead end is counted by its reason, and an organisation takes its own counts away."""

import asyncio
import csv
from collections import Counter
from pathlib import Path

from playwright.async_api import Browser, Page

from deploy.demo.plan import Space
from deploy.demo.waiting import until
from tests.browser.the_browser import DESK, visitor
from tests.scenarios.menu_services import NEWHAM
from tests.scenarios.pressing import sign_in_as
from tests.scenarios.scene import Scene

What = tuple[str, ...]
TURNED_AWAY, OFFER = "/referral/turned-away", "/referral/offer/"
NEED, GROUP, LABEL = "creative", "Poplar woodwork", "Arts and making things"
OURS = "Your organisation"
NO = ("A group said no", "not right for them", LABEL, "Newham", OURS)
NO_ANSWER = ("A group did not answer", "no answer in time", LABEL, "Newham", OURS)
WAITED = ("Had to wait", "all that suit were full", LABEL, "Newham")
NOTHING = ("no group helps with this in their area", "Work and learning", "Newham")
SAID_BY_ITS_TABLE = "Nothing was found"


async def test_refusals_and_dead_ends_are_counted_and_taken_away(
    scene: Scene, browser: Browser, origin: str
) -> None:
    """MCR-2: the organisation sees what it refused and left unanswered, its area also who waited and found nothing."""
    await scene.only(NEED, NEWHAM, {})
    one_session, *_ = await scene.providers.pools_of(scene.service_named(GROUP)["id"])
    await scene.providers.say(one_session, Space("open", 9))
    async with (
        visitor(browser, origin, DESK) as (theirs, _),
        visitor(browser, origin, DESK) as (areas, _),
    ):
        await sign_in_as("Jo Makepeace", theirs, TURNED_AWAY)
        await sign_in_as("Nadia Rahman", areas, TURNED_AWAY)
        before, before_in_area = await _counts(theirs), await _counts(areas)

        await _declined_and_waits(scene)
        await _unanswered(scene)
        nothing = await scene.refer(area=NEWHAM, needs=["employment"], age=40)
        assert await scene.state(nothing) == "unmet"

        expected: Counter[What] = Counter({NO: 1, NO_ANSWER: 1})
        assert await until(lambda: _grew(theirs, before, expected), "what the organisation did")
        assert await _taken_away(theirs) == await _counts(theirs)
        in_area: Counter[What] = Counter({WAITED: 1, NOTHING: 1})
        assert await until(lambda: _grew(areas, before_in_area, in_area), "what the area saw")
        assert await _taken_away(areas) == await _counts(areas)


async def _declined_and_waits(scene: Scene) -> None:
    """The one group that has space says no, and all others are full."""
    declined = await scene.refer(area=NEWHAM, needs=[NEED], sex="male", age=40)
    await scene.is_offered(declined)
    offer = await scene.follow(await scene.mail_about(GROUP, OFFER), OFFER)
    await scene.press(offer, "decline", reason="not-suitable")
    assert await scene.state(declined) == "waiting"


async def _unanswered(scene: Scene) -> None:
    lapsed = await scene.refer(area=NEWHAM, needs=[NEED], sex="male", age=41)
    await scene.is_offered(lapsed)
    [leg] = await scene.legs(lapsed)
    await scene.client.call(
        "demo-operator", "POST", f"/referral/api/demo/offers/{leg['request_id']}/lapse-now"
    )


async def _grew(page: Page, before: Counter[What], expected: Counter[What]) -> bool:
    await page.reload()
    found = await _counts(page)
    return all(found[each] >= before[each] + number for each, number in expected.items())


async def _counts(page: Page) -> Counter[What]:
    rows = await page.locator("main tbody tr").all()
    return _by_what([await row.locator("th, td").all_inner_texts() for row in rows])


async def _taken_away(page: Page) -> Counter[What]:
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Take these numbers away (CSV)").click()
    path = Path(await (await coming.value).path())
    _, *rows = csv.reader((await asyncio.to_thread(path.read_text, encoding="utf-8")).splitlines())
    return _by_what(rows)


def _by_what(rows: list[list[str]]) -> Counter[What]:
    """What is not said is no part of it, nor what the page says above the table."""
    said = [([each.strip() for each in what], int(times)) for *what, times in rows]
    return Counter(
        {tuple(each for each in what if each not in {"", SAID_BY_ITS_TABLE}): n for what, n in said}
    )

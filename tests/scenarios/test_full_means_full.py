"""A provider says full while people keep coming."""

import asyncio
from datetime import UTC, datetime

from deploy.demo.arrivals import refer_all
from deploy.demo.checker import check_at_rest
from deploy.demo.place_rules import Acknowledged
from deploy.demo.plan import Space
from deploy.demo.spaces import SPACE_PATH, STILL_SETTLING
from tests.scenarios.scene import Scene
from tests.support.eventually import eventually

CAMDEN, GROUP = "E09000007", "Walking beside you"
PEOPLE, EARLY, PLACES = 40, 8, 15


async def test_from_the_moment_full_is_confirmed_nobody_more_is_sent(scene: Scene) -> None:
    """MCR-1: one tap says full; from then on nobody is placed there or shown, and nobody got more than it offered."""
    group = scene.service_named(GROUP)
    [before] = await scene.providers.pools_of(group["id"])
    await scene.only("bereavement", CAMDEN, {GROUP: Space("open", PLACES)})
    link = await scene.mail_about(GROUP, SPACE_PATH)
    page = await scene.follow(link, SPACE_PATH)
    people = [scene.someone(area=CAMDEN, needs=["bereavement"]) for _ in range(PEOPLE)]

    async def confirmed() -> datetime | None:
        """When the page said so without a rest: with a rest it promises nothing yet, and may be tapped again."""
        done = await scene.press(page, "full")
        assert "full" in done.text.lower()
        return None if STILL_SETTLING in done.text else datetime.now(UTC)

    came = await refer_all(scene.client, people[:EARLY], rate=40.0)
    rest, heard_at = await asyncio.gather(
        refer_all(scene.client, people[EARLY:], rate=40.0), eventually(confirmed, within=60.0)
    )

    [pool] = await scene.providers.pools_of(group["id"])
    assert heard_at is not None
    assert pool["status"] == "full"
    async with scene.log() as log:  # and every place that is held has its offer
        findings = await check_at_rest(log, [Acknowledged(pool["pool_id"], pool["version"], heard_at)])
    assert (findings.over_allocated, findings.after_full, findings.lost) == ([], [], [])
    ended = [await scene.state(each) for each in (*came, *rest)]
    [pool] = await scene.providers.pools_of(group["id"])
    held = pool["held"] + pool["taken"] - before["held"] - before["taken"]
    assert pool["free"] == 0
    assert set(ended) <= {"offered", "waiting"}
    assert (
        0 < ended.count("offered") <= held <= PLACES
    )  # somebody of another borough may have waited before them
    assert ended.count("waiting") >= PEOPLE - PLACES

    await scene.only("bereavement", CAMDEN, {GROUP: Space("no-limit")})  # so that nobody is left waiting

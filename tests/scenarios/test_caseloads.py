"""LEI-6 and HLP-28: a link worker's caseload is capacity like any other, and specialists come first for their people."""

from typing import Any

from deploy.demo.waiting import until
from tests.scenarios.menu_services import HILLINGDON, Listed
from tests.scenarios.scene import Scene

COHORT = ("severe-mental-illness",)


async def test_a_full_worker_is_given_nobody_and_specialists_come_first(scene: Scene, listed: Listed) -> None:
    """LEI-6: over the limit the next worker, then the line. HLP-28: the specialist worker first, whoever else is free."""
    general, specialist = listed.workers["general"], listed.workers["specialist"]
    await _caseload(scene, general, 60)
    await _caseload(scene, specialist, 1)

    theirs = await scene.refer(area=HILLINGDON, needs=["link-worker"], groups=COHORT)
    await scene.is_offered(theirs)
    assert await scene.asked(theirs) == specialist["name"]

    over = await scene.refer(area=HILLINGDON, needs=["link-worker"], groups=COHORT)
    await scene.is_offered(over)
    assert await scene.asked(over) == general["name"]

    await _caseload(scene, general, 1)
    waits = await scene.refer(area=HILLINGDON, needs=["link-worker"], groups=COHORT)
    assert await scene.state(waits) == "waiting"
    mail = await scene.mail_about(specialist["name"], "/referral/offer/")
    declined = await scene.press(
        await scene.follow(mail, "/referral/offer/"), "decline", reason="not-suitable"
    )
    assert "You said no" in declined.text
    await scene.is_offered(waits)
    assert await scene.asked(waits) == specialist["name"]


async def _caseload(scene: Scene, worker: dict[str, Any], people: int) -> None:
    """So many people in all, those included who are with them."""

    async def pools() -> list[dict[str, Any]]:
        return await scene.providers.pools_of(worker["id"])

    [pool] = await until(pools, f"the caseload of {worker['name']}")
    assert pool["kind"] == "caseload"
    said = await scene.providers.say_in_all(pool, people)
    assert said["in_all"] == people

"""Nobody is sent where nobody knows of space: the provider is asked first, and its yes brings the person who waits."""

from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.demo.outside_client import Mail
from deploy.demo.plan import Space
from deploy.demo.spaces import SPACE_PATH
from deploy.demo.waiting import until
from tests.scenarios.scene import Scene

ISLINGTON, NEED, GROUP = "E09000019", "practical-help", "Helping hands at home"
SOON = timedelta(seconds=2)


async def test_who_is_not_known_to_have_space_is_asked_and_its_yes_brings_who_waits(scene: Scene) -> None:
    """MCR-1: one tap in the message that asks, and the person who waited is offered there."""
    await scene.only(NEED, ISLINGTON, {})
    await space_becomes_unknown(scene)

    referred = await scene.refer(area=ISLINGTON, needs=[NEED], age=71)

    assert await scene.state(referred) == "waiting"
    pool = await the_pool(scene)
    held = pool["held"]
    assert pool["status"] == "unknown"
    question = await the_question(scene)
    assert referred.person.family_name not in question.text

    page = await scene.follow(question, SPACE_PATH)
    assert "We do not know if you have space" in page.text
    done = await scene.press(page, "open", free="1")
    assert "You have 1 place free" in done.text

    await scene.is_offered(referred)
    assert await scene.asked(referred) == GROUP
    offer = await scene.mail_about(GROUP, "/referral/offer/")
    assert (await scene.follow(offer, "/referral/offer/")).form_with(button="accept")
    pool = await the_pool(scene)
    assert (pool["status"], pool["free"], pool["held"]) == ("open", 0, held + 1)

    await scene.only(NEED, ISLINGTON, {GROUP: Space("no-limit")})


async def the_pool(scene: Scene) -> dict[str, Any]:
    [pool] = await scene.providers.pools_of(scene.service_named(GROUP)["id"])
    return pool


async def space_becomes_unknown(scene: Scene) -> None:
    """A break that was said is over, and nobody has said since what space there is."""
    pool = await the_pool(scene)
    now = datetime.now(UTC)
    word = {
        "status": "paused",
        "paused_until": (now + SOON).isoformat(),
        "version_seen": pool["version"],
        "tapped_at": now.isoformat(),
    }
    await scene.client.call("demo-provider", "POST", f"/capacity/api/pools/{pool['pool_id']}/signal", word)

    async def nobody_knows() -> bool:
        return bool((await the_pool(scene))["status"] == "unknown")

    await until(nobody_knows, "the end of the break", within=90.0)


async def the_question(scene: Scene) -> Mail:
    async def came() -> Mail | None:
        mails = await scene.client.mails(since=scene.began)
        return next(
            (
                each
                for each in reversed(mails)
                if each.subject == "Do you have space for one person?" and GROUP in each.text
            ),
            None,
        )

    return await until(came, "the question whether there is space")

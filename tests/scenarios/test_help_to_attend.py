"""HLP-23: an interpreter is asked for after the place itself; where none is free the place stands, and all are told."""

from typing import Any

from deploy.demo.arrivals import Referred
from deploy.demo.plan import Space
from deploy.demo.waiting import until
from tests.scenarios.menu_services import KINGSTON, Listed
from tests.scenarios.scene import Scene


async def test_an_interpreter_comes_after_the_place_and_the_place_stands_without(
    scene: Scene, listed: Listed
) -> None:
    """HLP-23, help to attend as a need of its own, and a day on which they did not come all the same."""
    await _says(scene, listed.kingston_worker, Space("open", 1))
    await _says(scene, listed.interpreters, Space("full"))
    someone = await scene.refer(
        area=KINGSTON, needs=["link-worker"], language="so", help_to_attend=("interpreter",)
    )
    await scene.becomes({"link-worker": "offered"}, someone)
    offer = await scene.follow(
        await scene.mail_about(listed.kingston_worker["name"], "/referral/offer/"), "/referral/offer/"
    )
    assert "An interpreter" in offer.text

    await scene.press(offer, "accept")
    await scene.becomes({"link-worker": "accepted", "interpreter": "waiting"}, someone)

    assert "Your place is yours all the same" in await _their_page(scene, someone)
    progress = await scene.mail_about(listed.kingston_worker["name"], "/referral/progress/")
    told = await scene.follow(progress, "/referral/progress/")
    assert "Your place for them stands" in told.text

    await _says(scene, listed.interpreters, Space("open", 1))
    await scene.becomes({"link-worker": "accepted", "interpreter": "offered"}, someone)
    along = await scene.mail_about(listed.interpreters["name"], "/referral/offer/")
    await scene.press(await scene.follow(along, "/referral/offer/"), "accept")
    await scene.becomes({"link-worker": "accepted", "interpreter": "accepted"}, someone)

    assert "Somebody will help you with this" in await _their_page(scene, someone)
    again = await scene.client.open(told.url)
    assert "Somebody has said yes and will come along" in again.text

    again = await scene.press(again, "missed")
    assert "that they did not come" in again.text
    await scene.becomes({"link-worker": "accepted", "interpreter": "accepted"}, someone)

    for step in ("started", "finished"):
        again = await scene.press(again, step)
    await scene.becomes({"link-worker": "completed", "interpreter": "withdrawn"}, someone)


async def _says(scene: Scene, service: dict[str, Any], space: Space) -> None:
    async def pools() -> list[dict[str, Any]]:
        return await scene.providers.pools_of(service["id"])

    for pool in await until(pools, f"what can be full of {service['name']}"):
        await scene.providers.say(pool, space)


async def _their_page(scene: Scene, someone: Referred) -> str:
    mail = await scene.mail(someone.person.email, "We have your referral")
    return (await scene.follow(mail, "/referral/mine/")).text

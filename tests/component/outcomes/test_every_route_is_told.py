"""Whoever reads or changes a measure is told to the audit trail, in the same transaction: each route is driven."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from shared.events.outcomes import RecordAccessedV1
from tests.component.outcomes.journey import Journey
from tests.component.outcomes.outcomes_world import AS_BROWSER, AS_COMMISSIONER, OutcomesWorld, form
from tests.support.sign_in import SYSTEM_ID

PERSON = ("person", None, "measuring")
DEMONSTRATION = ("system", SYSTEM_ID, "demonstration")


@dataclass
class Visitor:
    """Somebody who calls each route as it is meant to be called."""

    client: httpx.AsyncClient
    world: OutcomesWorld
    journey: Journey

    @property
    def link(self) -> str:
        return self.world.link(self.journey.leg_id, "before")

    async def bring_forward(self) -> httpx.Response:
        path = f"/outcomes/api/demo/legs/{self.journey.leg_id}/follow-up-now"
        return await self.client.post(path, headers=AS_COMMISSIONER)


Drive = Callable[[Visitor], Awaitable[httpx.Response]]
DRIVES: dict[str, tuple[Drive, tuple[Any, ...], str]] = {
    "GET /outcomes/measure/{token}": (
        lambda visitor: visitor.client.get(visitor.link, headers=AS_BROWSER),
        PERSON,
        "read",
    ),
    "POST /outcomes/measure/{token}": (
        lambda visitor: visitor.client.post(visitor.link, data=form("3343434"), headers=AS_BROWSER),
        PERSON,
        "create",
    ),
    "POST /outcomes/api/demo/legs/{leg_id}/follow-up-now": (Visitor.bring_forward, DEMONSTRATION, "change"),
}


@pytest.fixture
async def visitor(world: OutcomesWorld, client: httpx.AsyncClient) -> Visitor:
    journey = Journey()
    await world.hear(journey.received(), journey.accepted(), journey.started())
    world.clock.now = journey.now
    await world.tick()
    return Visitor(client, world, journey)


async def told(visitor: Visitor) -> list[Any]:
    return await visitor.world.said(RecordAccessedV1.event_type)


@pytest.mark.parametrize("route", DRIVES)
@pytest.mark.asvs("V16.2.1")
async def test_a_route_that_touches_a_measure_tells_who_why_and_what(route: str, visitor: Visitor) -> None:
    drive, who, verb = DRIVES[route]

    answer = await drive(visitor)

    assert answer.status_code < 400, answer.text
    [event] = await told(visitor)
    said, journey = event.data, visitor.journey
    assert (said.actor_kind, said.actor_id, said.purpose) == who
    assert (said.verb, said.object_kind) == (verb, "measure")
    assert (said.person_id, said.referral_id, event.area) == (
        journey.person_id, journey.referral_id, journey.area,
    )  # fmt: skip
    assert said.object_id in {
        row["follow_up_id"] for row in await visitor.world.pool.fetch("SELECT follow_up_id FROM follow_ups")
    }


async def test_a_form_that_lacks_answers_was_shown_again_and_changed_nothing(visitor: Visitor) -> None:
    page = await visitor.client.post(visitor.link, data=form("33"), headers=AS_BROWSER)

    assert page.status_code == 422
    assert [event.data.verb for event in await told(visitor)] == ["read"]


async def test_answers_sent_twice_are_told_once(visitor: Visitor) -> None:
    for _ in range(2):
        await visitor.client.post(visitor.link, data=form("3343434"), headers=AS_BROWSER)

    assert [event.data.verb for event in await told(visitor)] == ["create"]


async def test_a_due_time_that_had_come_was_read_and_not_moved(visitor: Visitor) -> None:
    await visitor.bring_forward()
    await visitor.bring_forward()

    assert [event.data.verb for event in await told(visitor)] == ["change", "read"]


async def test_a_link_of_nobody_tells_nothing(visitor: Visitor) -> None:
    of_nobody = visitor.world.link(Journey().leg_id, "before")

    assert (await visitor.client.get(of_nobody, headers=AS_BROWSER)).status_code == 404
    sent = await visitor.client.post(of_nobody, data=form("3343434"), headers=AS_BROWSER)
    assert sent.status_code == 404
    assert await told(visitor) == []

"""The whole system behind its edge: whatever is sent to any documented operation gets the answer that is documented."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from deploy.demo.outside_client import Client
from tests.scenarios.scene import Scene
from tests.support.any_input import LONGEST, Good, try_everything


async def let_in(scene: Scene, client: Client) -> dict[str, str]:
    return {"authorization": f"Bearer {await scene.client.token(client)}"}


async def of_referral(scene: Scene) -> Mapping[str, Good]:
    referred = await scene.refer(needs=("loneliness",), area="E09000020")
    body = scene.someone(needs=("loneliness",), area="E09000020").as_gp_referral()
    read = "GET /referral/api/referrals/{referral_id}"
    lapse = "POST /referral/api/demo/offers/{request_id}/lapse-now"
    return {
        read: Good(await let_in(scene, "demo-gp"), {"referral_id": str(referred.referral_id)}),
        "POST /referral/api/referrals": Good(await let_in(scene, "demo-gp"), body=body),
        lapse: Good(await let_in(scene, "demo-operator")),
    }


async def of_capacity(scene: Scene) -> Mapping[str, Good]:
    service_id = next(iter(scene.providers.services))
    pool = {"pool_id": (await scene.providers.pools_of(service_id))[0]["pool_id"]}
    one, signal = "/capacity/api/pools/{pool_id}", "/capacity/api/pools/{pool_id}/signal"
    return {
        "GET /capacity/api/pools": Good(
            await let_in(scene, "demo-provider"), query={"service_id": service_id}
        ),
        f"GET {one}": Good(await let_in(scene, "demo-provider"), pool),
        f"GET {signal}": Good(await let_in(scene, "demo-provider"), pool),
        f"POST {signal}": Good(await let_in(scene, "demo-provider"), pool),
    }


async def of_outcomes(scene: Scene) -> Mapping[str, Good]:
    return {
        "GET /outcomes/api/summary": Good(await let_in(scene, "demo-commissioner")),
        "POST /outcomes/api/demo/legs/{leg_id}/follow-up-now": Good(await let_in(scene, "demo-operator")),
    }


async def of_directory(scene: Scene) -> Mapping[str, Good]:
    service_id = next(iter(scene.providers.services))
    return {"GET /services/{service_id}": Good(path_parameters={"service_id": service_id})}


async def of_notify(scene: Scene) -> Mapping[str, Good]:
    return {"GET /notify/api/messages": Good(await let_in(scene, "demo-operator"))}


WORLD: Mapping[str, Callable[[Scene], Awaitable[Mapping[str, Good]]]] = {
    "capacity": of_capacity,
    "directory": of_directory,
    "notify": of_notify,
    "outcomes": of_outcomes,
    "referral": of_referral,
}


@pytest.mark.timeout(LONGEST)
@pytest.mark.parametrize("service", WORLD)
async def test_no_input_breaks_a_service(scene: Scene, service: str) -> None:
    """Here the edge and every process are in between; what succeeds where is shown by each service's own test."""
    url = os.environ["KITH_TEST_URL"]
    document: dict[str, Any] = await scene.client.call("demo-gp", "GET", f"/{service}/openapi.json")
    # Never routed from outside.
    document["paths"] = {path: each for path, each in document["paths"].items() if "/internal/" not in path}

    met = await asyncio.to_thread(try_everything, document, url, await WORLD[service](scene), [{}])

    assert len(met.statuses) == sum(len(methods) for methods in document["paths"].values())
    assert len(met.refused_only()) < len(met.statuses), f"nothing of {service} was met but refusals:\n{met}"

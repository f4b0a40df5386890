"""The whole system behind its edge: whatever is sent to any documented operation gets the answer that is documented."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from tests.scenarios.scene import Scene
from tests.support.any_input import LONGEST, Good, try_everything


def key_of(client: str) -> dict[str, str]:
    return {"authorization": f"Bearer {os.environ[f'KITH_API_KEY_DEMO_{client}']}"}


async def of_referral(scene: Scene) -> Mapping[str, Good]:
    referred = await scene.refer(needs=("loneliness",), area="E09000020")
    body = scene.someone(needs=("loneliness",), area="E09000020").as_gp_referral()
    read = "GET /referral/api/referrals/{referral_id}"
    lapse = "POST /referral/api/demo/offers/{request_id}/lapse-now"
    return {
        read: Good(key_of("GP"), {"referral_id": str(referred.referral_id)}),
        "POST /referral/api/referrals": Good(key_of("GP"), body=body),
        lapse: Good(key_of("OPERATOR")),
    }


async def of_capacity(scene: Scene) -> Mapping[str, Good]:
    service_id = next(iter(scene.providers.services))
    pool = {"pool_id": (await scene.providers.pools_of(service_id))[0]["pool_id"]}
    one, signal = "/capacity/api/pools/{pool_id}", "/capacity/api/pools/{pool_id}/signal"
    return {
        "GET /capacity/api/pools": Good(key_of("PROVIDER"), query={"service_id": service_id}),
        f"GET {one}": Good(key_of("PROVIDER"), pool),
        f"GET {signal}": Good(key_of("PROVIDER"), pool),
        f"POST {signal}": Good(key_of("PROVIDER"), pool),
    }


async def of_outcomes(_: Scene) -> Mapping[str, Good]:
    return {
        "GET /outcomes/api/summary": Good(key_of("COMMISSIONER")),
        "POST /outcomes/api/demo/legs/{leg_id}/follow-up-now": Good(key_of("OPERATOR")),
    }


async def of_directory(scene: Scene) -> Mapping[str, Good]:
    service_id = next(iter(scene.providers.services))
    return {"GET /services/{service_id}": Good(path_parameters={"service_id": service_id})}


async def of_notify(_: Scene) -> Mapping[str, Good]:
    return {"GET /notify/api/messages": Good(key_of("OPERATOR"))}


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

"""The checker as it runs: it counts every kind, tells a fault once, and is not ready when it has stopped looking."""

from datetime import timedelta

import httpx
import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from deploy.checker.http_routes import routes
from deploy.checker.rules import MEANINGS
from deploy.checker.settings import CheckerSettings
from deploy.checker.watch import Watch
from shared.service_defaults.health import NotReady
from shared.service_defaults.http_app import create_tool_app
from tests.component.referral.referral_world import ReferralWorld


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def watch(checker_settings: CheckerSettings, registry: CollectorRegistry, world: ReferralWorld) -> Watch:
    return Watch(checker_settings, registry, world.clock)


async def somebody_without_help(world: ReferralWorld) -> None:
    """Found unmet, and nobody is told: the round that tells does not run here."""
    await world.refer("housing", door="self")
    world.clock.pass_time(timedelta(minutes=6))


async def test_a_fault_is_counted_and_told_once(
    watch: Watch, registry: CollectorRegistry, world: ReferralWorld
) -> None:
    await somebody_without_help(world)

    with capture_logs() as logs:
        await watch.take()
        await watch.take()

    value = registry.get_sample_value
    assert value("kith_checker_faults", {"kind": "unmet-and-not-told"}) == 1
    others = MEANINGS.keys() - {"unmet-and-not-told"}
    assert {value("kith_checker_faults", {"kind": kind}) for kind in others} == {0}
    assert value("kith_checker_looked_timestamp_seconds") == world.clock().timestamp()
    assert [each["kind"] for each in logs if each["event"] == "fault.found"] == ["unmet-and-not-told"]


async def test_the_report_names_what_was_found_and_is_refused_before(
    watch: Watch, registry: CollectorRegistry, world: ReferralWorld
) -> None:
    app = create_tool_app(title="checker", routers=[routes(watch, registry)], health_checks=[])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://checker") as client:
        before = await client.get("/report")
        await somebody_without_help(world)
        await watch.take()
        after = (await client.get("/report")).json()

    assert before.status_code == 503
    assert after["clean"] is False
    assert [each["kind"] for each in after["faults"]] == ["unmet-and-not-told"]


async def test_who_has_stopped_looking_is_not_ready(watch: Watch, world: ReferralWorld) -> None:
    check = watch.health_check().check
    with pytest.raises(NotReady):
        await check()
    await watch.take()
    await check()

    world.clock.pass_time(timedelta(minutes=3))

    with pytest.raises(NotReady):
        await check()

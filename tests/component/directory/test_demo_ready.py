"""A demonstration is not ready before its people can sign in and its systems can get a token."""

import hashlib
from uuid import UUID

import httpx
from prometheus_client import CollectorRegistry

from services.directory.bootstrap import make_parts
from services.directory.demo_clients import keep_demo_clients
from services.directory.demo_people import keep_demo_people
from services.directory.settings import DemoClient, DirectorySettings
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.clock import utc_now
from shared.service_defaults.process import Platform
from tests.support.sign_in import SIGN_IN_SETTINGS


def a_client(secret: str) -> DemoClient:
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return DemoClient(id=UUID(int=7), sha256=digest, scopes=frozenset({"referrals:read"}))


async def said(settings: DirectorySettings, pool: Pool) -> list[str | None]:
    async with httpx.AsyncClient() as http:
        parts = make_parts(Platform(settings, pool, utc_now, CollectorRegistry(), http))
    return [await each.outcome() for each in parts.health_checks if each.name == "demonstration"]


async def test_it_is_ready_when_its_people_and_its_systems_with_their_secrets_are_there(
    settings: DirectorySettings, pool: Pool
) -> None:
    first, second = ({"demo-gp": a_client(secret)} for secret in ("first", "second"))
    in_demo = settings.model_copy(
        update={**SIGN_IN_SETTINGS, "demo_mode": True, "demo_sign_in": True, "demo_clients": first}
    )

    at_the_start = await said(in_demo, pool)
    async with transaction(pool) as connection:
        await keep_demo_people(connection, utc_now())
    with_people = await said(in_demo, pool)
    async with transaction(pool) as connection:
        await keep_demo_clients(connection, first)
    with_all = await said(in_demo, pool)
    with_a_new_secret = await said(in_demo.model_copy(update={"demo_clients": second}), pool)

    no_systems = "the demonstration's systems are not there yet"
    assert at_the_start == ["the demonstration's people are not there yet"]
    assert (with_people, with_all, with_a_new_secret) == ([no_systems], [None], [no_systems])


async def test_outside_a_demonstration_nobody_waits_for_it(settings: DirectorySettings, pool: Pool) -> None:
    assert await said(settings.model_copy(update={"demo_mode": False}), pool) == []

"""A right that ends in directory ends in every other service within a second, over a real Kafka."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.directory.storage.member_rows import add_member
from services.directory.use_cases.keep_session import Proven, end_session, open_for
from services.directory.use_cases.manage_members import shut_out
from services.directory.use_cases.trust_clients import add, caller_for, shut_out_client
from shared.access.caller import Caller
from shared.events.directory import MembershipChangedV1
from shared.events.envelope import Event, new_event
from shared.messaging.consumers import Consumers
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from shared.postgres.pool import Pool, open_pool, transaction
from shared.security.copied_members import Standing, copy_members, find_standing, members_subscription
from shared.service_defaults.clock import utc_now
from tests.component.access.every_service import AskedService, asked_service
from tests.conftest import CreateDatabase
from tests.support.eventually import eventually
from tests.support.messaging_place import running
from tests.support.sign_in import bearer

SUMMARY = "/outcomes/api/summary"
BOUND = frozenset({"E12000007"})


@dataclass
class TwoServices:
    """Directory, which says, and outcomes, which hears."""

    directory: Pool
    outcomes: AskedService

    async def status(self, caller: Caller) -> int:
        return (await self.outcomes.client.get(SUMMARY, headers=bearer(caller, utc_now()))).status_code

    async def refuses(self, caller: Caller) -> bool:
        return await self.status(caller) == 401

    async def has_heard_of(self, member_id: UUID) -> bool:
        return await find_standing(self.outcomes.pool, member_id) is not None


@pytest.fixture
async def services(database: CreateDatabase, empty_topics: str) -> AsyncIterator[TwoServices]:
    directory, outcomes = await database("directory"), await database("outcomes")
    pool = await open_pool(directory.dsn, application="test", largest=4)
    relay = OutboxRelay("directory", directory.dsn, empty_topics, MessagingMetrics())
    async with asked_service("outcomes", outcomes.dsn) as asked:
        hearing = Consumers(
            "outcomes", empty_topics, asked.pool, [members_subscription("outcomes")], MessagingMetrics()
        )
        async with running(relay.run), running(hearing.run):
            yield TwoServices(pool, asked)
    await pool.close()


async def within_a_second(services: TwoServices, caller: Caller) -> None:
    begun = time.monotonic()
    await eventually(lambda: services.refuses(caller), within=5, because="the token is refused")
    assert time.monotonic() - begun < 1.0


@pytest.mark.timeout(120)
async def test_a_system_that_is_shut_out_is_refused_elsewhere_within_a_second(services: TwoServices) -> None:
    async with transaction(services.directory) as connection:
        made = await add(connection, "A board's report", frozenset({"summary:read"}), BOUND, None)
    await eventually(lambda: services.has_heard_of(made.client_id), within=30)
    async with transaction(services.directory) as connection:
        caller = await caller_for(connection, str(made.client_id), made.secret, None)
    assert await services.status(caller) == 200

    async with transaction(services.directory) as connection:
        await shut_out_client(connection, made.client_id)

    await within_a_second(services, caller)


@pytest.mark.timeout(120)
@pytest.mark.asvs("V7.4.1", "V7.4.2")
async def test_a_session_that_ends_or_a_member_who_goes_is_known_elsewhere_within_a_second(
    services: TwoServices,
) -> None:
    member_id = uuid4()
    async with transaction(services.directory) as connection:
        await add_member(connection, member_id, "test", "somebody", "Somebody", None)
        opened = await open_for(connection, Proven("test", "somebody", utc_now()), utc_now())
    async with transaction(services.directory) as connection:
        await end_session(connection, opened.secret, utc_now())

    await eventually(lambda: services.has_heard_of(member_id), within=30)
    standing = await find_standing(services.outcomes.pool, member_id)
    assert standing is not None
    assert not standing.allows(opened.caller.version)
    async with transaction(services.directory) as connection:
        await shut_out(connection, member_id, utc_now())

    begun = time.monotonic()
    pool = services.outcomes.pool

    async def has_gone() -> bool:
        found = await find_standing(pool, member_id)
        return found is not None and not found.active

    await eventually(has_gone, within=5)
    assert time.monotonic() - begun < 1.0


async def test_the_greater_version_wins_whatever_comes_last(database: CreateDatabase) -> None:
    made = await database("outcomes")
    pool = await open_pool(made.dsn, application="test", largest=2)
    member_id = uuid4()

    def said(*versions: tuple[int, bool]) -> Sequence[Event[Any]]:
        return [
            new_event(
                MembershipChangedV1(member_id=member_id, version=version, kind="staff", active=active),
                area=None,
            )
            for version, active in versions
        ]

    async with transaction(pool) as connection:
        await copy_members(connection, said((2, True), (3, False), (1, True)))
        await copy_members(connection, said((2, True)))

    assert await find_standing(pool, member_id) == Standing(3, active=False)
    await pool.close()

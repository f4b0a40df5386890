"""Creating once, over a real database with the service's own role."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shared.postgres.pool import Pool, open_pool, transaction
from shared.service_defaults.idempotency import (
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    StoredResponse,
    check_idempotency_key,
    forget_keys_before,
    once,
)


@pytest.fixture
async def pool(referral_dsn: str) -> AsyncIterator[Pool]:
    opened = await open_pool(referral_dsn, application="test")
    yield opened
    await opened.close()


class Creating:
    """Counts what it creates."""

    def __init__(self, *, wait: bool = False) -> None:
        self.times = 0
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        if not wait:
            self.go_on.set()

    async def create(self) -> StoredResponse:
        self.times += 1
        self.begun.set()
        await self.go_on.wait()
        return StoredResponse(201, {"id": str(uuid4()), "state": "received"})


async def send(
    pool: Pool, creating: Creating, *, key: str = "key-00001", request: bytes = b"{}", caller: str = "gp"
) -> StoredResponse:
    async with transaction(pool) as connection:
        return await once(
            connection, key=key, route="POST /x", request=request, create=creating.create, caller=caller
        )


async def test_same_request_again_gets_the_same_answer_and_creates_nothing(pool: Pool) -> None:
    creating = Creating()

    first, second = await send(pool, creating), await send(pool, creating)

    assert first == second
    assert first.status == 201
    assert creating.times == 1


async def test_same_key_with_another_request_is_refused(pool: Pool) -> None:
    creating = Creating()
    await send(pool, creating)

    with pytest.raises(IdempotencyKeyReused):
        await send(pool, creating, request=b'{"other": true}')

    assert creating.times == 1


async def test_another_key_or_another_caller_creates_again(pool: Pool) -> None:
    creating = Creating()

    answers = [
        await send(pool, creating),
        await send(pool, creating, key="key-00002"),
        await send(pool, creating, caller="another"),
    ]

    assert len({answer.body["id"] for answer in answers}) == creating.times == 3


async def test_twenty_at_once_create_one_and_all_hear_the_same(pool: Pool) -> None:
    creating = Creating(wait=True)
    sent = [asyncio.create_task(send(pool, creating)) for _ in range(20)]
    await creating.begun.wait()

    creating.go_on.set()
    answers = await asyncio.gather(*sent)

    assert creating.times == 1
    assert len({answer.body["id"] for answer in answers}) == 1


async def test_failed_creation_leaves_the_key_free(pool: Pool) -> None:
    async def fail() -> StoredResponse:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        async with transaction(pool) as connection:
            await once(connection, key="key-00001", route="POST /x", request=b"{}", create=fail, caller="gp")
    creating = Creating()

    await send(pool, creating)

    assert creating.times == 1


async def test_waiting_duplicate_creates_when_the_first_fails(pool: Pool) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def fail_later() -> StoredResponse:
        begun.set()
        await go_on.wait()
        raise ConnectionError

    async def first() -> None:
        async with transaction(pool) as connection:
            await once(
                connection, key="key-00001", route="POST /x", request=b"{}", create=fail_later, caller="gp"
            )

    failing = asyncio.create_task(first())
    await begun.wait()
    creating = Creating()
    second = asyncio.create_task(send(pool, creating))

    go_on.set()
    with pytest.raises(ConnectionError):
        await failing

    assert (await second).status == 201
    assert creating.times == 1


async def test_stored_row_holds_no_request(pool: Pool) -> None:
    await send(pool, Creating(), request=b'{"name": "Winston Smith"}')

    row = await pool.fetchval("SELECT idempotency_keys::text FROM idempotency_keys")

    assert "Winston" not in row


async def test_old_keys_are_forgotten(pool: Pool) -> None:
    creating = Creating()
    await send(pool, creating)
    async with transaction(pool) as connection:
        await forget_keys_before(connection, datetime.now(UTC) + timedelta(minutes=1))

    await send(pool, creating)

    assert creating.times == 2


@pytest.mark.parametrize("key", [None, ""])
def test_missing_key_is_told(key: str | None) -> None:
    with pytest.raises(IdempotencyKeyMissing):
        check_idempotency_key(key)


@pytest.mark.parametrize("key", ["short", "x" * 129, "with space 1", "semi;colon", "käse-käse"])
def test_malformed_key_is_told(key: str) -> None:
    with pytest.raises(IdempotencyKeyMalformed):
        check_idempotency_key(key)

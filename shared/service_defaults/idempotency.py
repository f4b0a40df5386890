"""The same creating request, sent twice, creates once and is answered the same both times."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header

from shared.postgres.pool import Connection
from shared.service_defaults.http_errors import KithError

SAFE_KEY = re.compile(r"[A-Za-z0-9._~-]{8,128}")
ANYONE = "anyone"  # the caller of routes that ask for no key

# Waits for a concurrent first request with this key, then finds its row: the key decides, never a look-up.
CLAIM = """
INSERT INTO idempotency_keys (route, caller, key, request_sha256) VALUES ($1, $2, $3, $4)
ON CONFLICT ON CONSTRAINT idempotency_keys_pk DO NOTHING RETURNING true
"""
FIND = """
SELECT request_sha256, response_status, response_body FROM idempotency_keys
WHERE route = $1 AND caller = $2 AND key = $3
"""
KEEP_RESPONSE = """
UPDATE idempotency_keys SET response_status = $4, response_body = $5::text::jsonb
WHERE route = $1 AND caller = $2 AND key = $3
"""
FORGET = "DELETE FROM idempotency_keys WHERE created_at < $1"


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """What was answered: a status and a body of ids and codes, never a name, a contact or free text."""

    status: int
    body: Mapping[str, Any]


class IdempotencyKeyMissing(KithError):
    status = 400
    slug = "idempotency-key-missing"
    title = "The Idempotency-Key header is missing"
    what_to_do = (
        "Send a header Idempotency-Key with a value of its own for each thing to create, such as a UUID."
    )


class IdempotencyKeyMalformed(KithError):
    status = 400
    slug = "idempotency-key-malformed"
    title = "The Idempotency-Key header is not valid"
    what_to_do = "Use 8 to 128 letters, digits or . _ ~ - in the header Idempotency-Key, such as a UUID."


class IdempotencyKeyReused(KithError):
    status = 422
    slug = "idempotency-key-reused"
    title = "This Idempotency-Key was used for another request"
    what_to_do = "Use a new Idempotency-Key for each thing to create."


class DeletedAtThePersonsWish(KithError):
    status = 410
    slug = "deleted-at-the-persons-wish"
    title = "What this request created was deleted at the person's wish"
    what_to_do = "Do not send it again. If the person asks for help anew, use a new Idempotency-Key."


def check_idempotency_key(key: str | None) -> str:
    """The key, from a header or from the hidden field of a form, when it is one."""
    if not key:
        raise IdempotencyKeyMissing
    if not SAFE_KEY.fullmatch(key):
        raise IdempotencyKeyMalformed
    return key


def _read_idempotency_key(idempotency_key: Annotated[str | None, Header()] = None) -> str:
    return check_idempotency_key(idempotency_key)


IdempotencyKey = Annotated[str, Depends(_read_idempotency_key)]


async def once(
    connection: Connection,
    *,
    key: str,
    route: str,
    request: bytes,
    create: Callable[[], Awaitable[StoredResponse]],
    caller: str = ANYONE,
) -> StoredResponse:
    """Runs `create` for the first request with this key, and answers every later one as it was answered.

    The open transaction of the connection must be the one in which `create` writes: both stay or neither.
    """
    digest = hashlib.sha256(request).digest()
    if await connection.fetchval(CLAIM, route, caller, key, digest):
        response = await create()
        body = orjson.dumps(dict(response.body)).decode()
        await connection.execute(KEEP_RESPONSE, route, caller, key, response.status, body)
        return response
    row = await connection.fetchrow(FIND, route, caller, key)
    if row is None or row["request_sha256"] != digest:
        raise IdempotencyKeyReused
    if row["response_body"] is None:
        raise DeletedAtThePersonsWish
    return StoredResponse(row["response_status"], orjson.loads(row["response_body"]))


async def forget_keys_before(connection: Connection, moment: datetime) -> None:
    """Drops keys that no client will repeat any more."""
    await connection.execute(FORGET, moment)

"""Systems with a secret of their own: who they are, which token they get, and how a secret is changed."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID, uuid4

from services.directory.domain.errors import ClientCountsNowhere, ClientRefused, ScopeRefused
from services.directory.storage.client_rows import (
    Client,
    add_client,
    drop_older_secret,
    find_client,
    keep_secret,
    secret_hashes,
    set_client_active,
)
from services.directory.use_cases.say_member import say_client
from shared.access.caller import Caller, CallerKind
from shared.access.table import SCOPE_NAMES
from shared.postgres.pool import Connection
from shared.vocabulary.areas import areas

NO_SECRET = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Credential:
    """Shown once."""

    client_id: UUID
    secret: str


async def add(
    connection: Connection,
    name: str,
    scopes: frozenset[str],
    bound_to: frozenset[str],
    organisation_id: UUID | None,
) -> Credential:
    """Raises ScopeRefused for a scope or an area that there is not, ClientCountsNowhere without any place."""
    if not scopes or not scopes <= SCOPE_NAMES or any(code not in areas() for code in bound_to):
        raise ScopeRefused
    if not bound_to and organisation_id is None:
        raise ClientCountsNowhere
    client = Client(uuid4(), scopes, bound_to, organisation_id, version=1, active=True)
    await add_client(connection, client, name)
    credential = await new_secret(connection, client.id)
    await say_client(connection, client.id)
    return credential


async def new_secret(connection: Connection, client_id: UUID) -> Credential:
    """A second secret; the one before goes on working until `drop_older`."""
    secret = secrets.token_urlsafe(32)
    await keep_secret(connection, client_id, _hash(secret))
    return Credential(client_id, secret)


async def drop_older(connection: Connection, client_id: UUID) -> None:
    """Ends the overlap: tokens got with the older secret are refused from now on."""
    await drop_older_secret(connection, client_id)
    await say_client(connection, client_id)


async def shut_out_client(connection: Connection, client_id: UUID) -> None:
    await set_client_active(connection, client_id, active=False)
    await say_client(connection, client_id)


async def caller_for(
    connection: Connection, client_id: str, secret: str, wanted: frozenset[str] | None
) -> Caller:
    """Raises ClientRefused, in the same time whether or not there is such a system, or ScopeRefused."""
    try:
        client = await find_client(connection, UUID(client_id))
    except ValueError:
        client = None
    hashes = await secret_hashes(connection, client.id) if client else []
    matches = [hmac.compare_digest(each, _hash(secret)) for each in (hashes or [NO_SECRET])]
    if client is None or not client.active or not hashes or not any(matches):
        raise ClientRefused
    if wanted is not None and not wanted <= client.scopes:
        raise ScopeRefused
    return Caller(
        CallerKind.SYSTEM,
        member_id=client.id,
        scopes=client.scopes if wanted is None else wanted,
        areas=client.areas,
        organisation_id=client.organisation_id,
        version=client.version,
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()

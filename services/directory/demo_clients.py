"""The systems of the demonstration: a practice, providers, a commissioner, an operator. They exist in demo mode alone."""

from collections.abc import Mapping
from uuid import UUID

from services.directory.demo_people import STRATFORD_SURGERY
from services.directory.settings import DemoClient
from services.directory.storage.client_rows import (
    Client,
    add_client,
    drop_older_secret,
    find_client,
    keep_secret,
    secret_hashes,
)
from services.directory.use_cases.say_member import say_client
from shared.postgres.pool import Connection
from shared.vocabulary.vocabulary import LONDON_AREA

# The practice whose staff can sign in, so that they see what became of those whom it referred.
ORGANISATIONS: Mapping[str, UUID] = {"demo-gp": STRATFORD_SURGERY}


async def keep_demo_clients(connection: Connection, clients: Mapping[str, DemoClient]) -> None:
    """Adds whoever is missing, bound to all of London, and the practice's to its practice; a secret that was made anew takes the place of the old."""
    for name, client in clients.items():
        secret = bytes.fromhex(client.sha256)
        if await find_client(connection, client.id) is None:
            bound_to = frozenset({LONDON_AREA})
            new = Client(client.id, client.scopes, bound_to, ORGANISATIONS.get(name), version=1, active=True)
            await add_client(connection, new, name)
        if secret not in await secret_hashes(connection, client.id):
            await keep_secret(connection, client.id, secret)
            await drop_older_secret(connection, client.id)
            await say_client(connection, client.id)

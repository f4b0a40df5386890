"""Whether the demonstration's people and systems are there yet: until then the directory is not ready."""

from collections.abc import Mapping

from services.directory.demo_people import DEMO_PEOPLE
from services.directory.settings import DemoClient
from services.directory.storage.client_rows import secret_hashes
from services.directory.storage.member_rows import find_member
from shared.postgres.pool import Connection, Pool, transaction
from shared.service_defaults.health import HealthCheck, NotReady


def demo_check(pool: Pool, *, demo_people: bool, demo_clients: Mapping[str, DemoClient]) -> HealthCheck:
    """Looks at the rows, which another process of the directory may keep; once they were there, no more."""
    were_there = False

    async def are_there() -> None:
        nonlocal were_there
        if were_there:
            return
        async with transaction(pool) as connection:
            if demo_people and not await _people_are_there(connection):
                raise NotReady("the demonstration's people are not there yet")
            if not await _clients_are_there(connection, demo_clients):
                raise NotReady("the demonstration's systems are not there yet")
        were_there = True

    return HealthCheck("demonstration", are_there)


async def _people_are_there(connection: Connection) -> bool:
    found = [await find_member(connection, person.id) for person in DEMO_PEOPLE]
    return None not in found


async def _clients_are_there(connection: Connection, clients: Mapping[str, DemoClient]) -> bool:
    """With the secrets that they have now."""
    for client in clients.values():
        if bytes.fromhex(client.sha256) not in await secret_hashes(connection, client.id):
            return False
    return True

"""What the directory does by the clock: ends roles, forgets sessions, makes old rows anew, keeps a demonstration's people."""

from collections.abc import Mapping, Sequence

from services.directory.demo_clients import keep_demo_clients
from services.directory.demo_people import keep_demo_people
from services.directory.domain.session import AT_MOST
from services.directory.settings import DemoClient
from services.directory.storage.session_rows import forget_sessions_before
from services.directory.use_cases.expand_services import expand_some
from services.directory.use_cases.manage_members import say_what_has_ended
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.clock import Clock
from shared.service_defaults.repeating import repeating
from shared.service_defaults.side_tasks import SideTask

ENDED_EVERY_SECONDS = 1.0
EXPAND_EVERY_SECONDS = 10.0
OLD_SESSIONS_EVERY_SECONDS = 3600.0


def directory_side_tasks(
    pool: Pool, clock: Clock, *, demo_people: bool, demo_clients: Mapping[str, DemoClient]
) -> Sequence[SideTask]:
    async def say_ended() -> None:
        async with transaction(pool) as connection:
            await say_what_has_ended(connection, clock())

    async def forget_sessions() -> None:
        async with transaction(pool) as connection:
            await forget_sessions_before(connection, clock() - 2 * AT_MOST)

    async def keep_people() -> None:
        async with transaction(pool) as connection:
            await keep_demo_people(connection, clock())

    async def keep_clients() -> None:
        async with transaction(pool) as connection:
            await keep_demo_clients(connection, demo_clients)

    async def expand() -> None:
        async with transaction(pool) as connection:
            await expand_some(connection)

    tasks = [
        repeating("rows-for-filters", EXPAND_EVERY_SECONDS, expand),
        repeating("roles-that-end", ENDED_EVERY_SECONDS, say_ended),
        repeating("old-sessions", OLD_SESSIONS_EVERY_SECONDS, forget_sessions),
    ]
    if demo_people:
        tasks.append(repeating("demo-people", OLD_SESSIONS_EVERY_SECONDS, keep_people))
    if demo_clients:
        tasks.append(repeating("demo-clients", OLD_SESSIONS_EVERY_SECONDS, keep_clients))
    return tasks

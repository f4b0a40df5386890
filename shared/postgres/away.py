"""Tells a database that is away from a statement that is wrong: the first heals by waiting, the second never."""

import asyncpg

_AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what asyncpg says when the connection breaks in the middle of a message
    asyncpg.OperatorInterventionError,  # the server is stopping or starting
    asyncpg.InsufficientResourcesError,  # too many connections, disk full
)


def database_is_away(error: BaseException) -> bool:
    """Whether waiting may help.

    Not a ValueError (asyncpg's client-side DataError is an InterfaceError too) and not a time-out of one
    statement, which may be that statement's own fault.
    """
    return isinstance(error, _AWAY) and not isinstance(error, (ValueError, TimeoutError))

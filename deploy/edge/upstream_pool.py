"""Kept-open connections to the upstreams, the one used last first."""

import asyncio
from collections import defaultdict
from urllib.parse import urlsplit

from deploy.edge.upstream_connection import UpstreamConnection, UpstreamLost

CONNECT_SECONDS = 2.0
IDLE_SECONDS = 20.0  # shorter than the services keep idle connections, so that none is used as it closes
MOST_IDLE = 100  # of one upstream


class UpstreamPool:
    """Gives a connection that nobody else uses; takes it back when its exchange was read to the end."""

    def __init__(self) -> None:
        self._idle: defaultdict[str, list[UpstreamConnection]] = defaultdict(list)

    async def take(self, origin: str, *, fresh: bool = False) -> UpstreamConnection:
        """Raises UpstreamLost when the upstream cannot be reached."""
        loop = asyncio.get_running_loop()
        idle = self._idle[origin]
        while idle and not fresh:
            connection = idle.pop()
            if not connection.closed and loop.time() - connection.idle_since < IDLE_SECONDS:
                return connection
            connection.close()
        parts = urlsplit(origin)
        secure = parts.scheme == "https"
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, made = await loop.create_connection(
                    UpstreamConnection,
                    parts.hostname or "127.0.0.1",
                    parts.port or (443 if secure else 80),
                    ssl=True if secure else None,
                )
        except (OSError, TimeoutError) as error:
            raise UpstreamLost from error
        return made

    def give_back(self, origin: str, connection: UpstreamConnection) -> None:
        """Keeps it for the next request, or closes it when it cannot carry one."""
        idle = self._idle[origin]
        if connection.reusable and len(idle) < MOST_IDLE:
            connection.idle_since = asyncio.get_running_loop().time()
            idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        for idle in self._idle.values():
            for connection in idle:
                connection.close()
        self._idle.clear()

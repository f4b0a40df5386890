"""A uvicorn server as a side task: in our event loop, under our signals, on a port taken beforehand."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from shared.service_defaults.process_loop import StartFailed
from shared.service_defaults.side_tasks import SideTask

KEEP_ALIVE = 75  # seconds; longer than the edge keeps its idle connections
LAST_REQUESTS = 3  # seconds that requests under way get at the end


class _Server(uvicorn.Server):
    """Leaves the signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def http_server_task(app: ASGIApp, host: str, port: int, tls: ssl.SSLContext | None = None) -> SideTask:
    """Takes the port now, so that a taken one is told in one line, and serves when run."""
    return serve_on(listen(host, port), app, tls)


def serve_on(listener: socket.socket, app: ASGIApp, tls: ssl.SSLContext | None = None) -> SideTask:
    """Serves the app on a socket that listens already; with TLS, nothing else is spoken there."""
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=LAST_REQUESTS,
        ssl_context_factory=(lambda _config, _default: tls) if tls else None,
    )
    server = _Server(config)

    async def serve() -> None:
        await server.serve(sockets=[listener])

    async def stop() -> None:
        server.should_exit = True
        await asyncio.sleep(0)

    return SideTask("http", serve, stop)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, or StartFailed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise StartFailed(f"Port {port} on {host} cannot be used: {error.strerror}.") from error
    listener.setblocking(False)  # noqa: FBT003 - positional in the standard library
    return listener

"""Real HTTP servers in the test's own event loop, on ports that the system picks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.types import ASGIApp

from shared.service_defaults.http_server import listen, serve_on
from shared.service_defaults.tls import server_context
from tests.support.certificates import Certificate


@asynccontextmanager
async def serving(app: ASGIApp, certificate: Certificate | None = None) -> AsyncIterator[str]:
    """Serves the app as a process would, and gives its address."""
    listener = listen("127.0.0.1", 0)
    listener.listen()
    tls = server_context(certificate.file, certificate.key) if certificate else None
    address = f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}"
    server = serve_on(listener, app, tls)
    assert server.stop is not None
    running = asyncio.create_task(server.run())
    try:
        yield address
    finally:
        await server.stop()
        await running


@asynccontextmanager
async def client_of(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """A real server for the app and a client that talks to it."""
    async with serving(app) as address, httpx.AsyncClient(base_url=address, timeout=10) as client:
        yield client

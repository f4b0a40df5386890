"""The running system, one Chromium for all tests, and each page looked at once."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from fastapi import APIRouter, Depends, FastAPI
from playwright.async_api import Browser
from pydantic import SecretStr

import shared.web
from deploy.demo.outside_client import client_from_environment
from deploy.edge.app import Edge
from deploy.edge.assets import read_assets
from deploy.edge.forwarding import Forwarder
from shared.security.declared_access import public
from shared.service_defaults.http_app import create_tool_app
from shared.web.gallery import gallery_router
from shared.web.page_settings import PageSettings
from tests.browser.cast import Cast
from tests.browser.look import Look, look_at
from tests.browser.page_list import OF_A_LONELY_EDGE, PAGES
from tests.browser.the_browser import NoBrowser, chromium
from tests.support.http_servers import serving

LookAt = Callable[[str], Awaitable[Look]]
Origins = Callable[[str], str]

AT_ONCE = 4


@pytest.fixture(scope="session")
def origin() -> str:
    found = os.environ.get("KITH_TEST_URL")
    if found is None:
        pytest.exit("the browser tests need the whole system: run `./kith test browser`", returncode=1)
    return found.rstrip("/")


@pytest.fixture(scope="session")
def axe_file() -> Path:
    return Path(os.environ["KITH_TEST_AXE"])


@pytest.fixture(scope="session")
def axe(axe_file: Path) -> str:
    return axe_file.read_text()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    try:
        async with chromium() as found:
            yield found
    except NoBrowser as missing:
        pytest.exit(str(missing), returncode=1)


@pytest.fixture(scope="session")
async def cast(origin: str) -> AsyncIterator[Cast]:
    async with client_from_environment() as client:
        yield Cast(client, SecretStr(os.environ["REFERRAL_LINK_SIGNING_KEY"]))


@pytest.fixture(scope="session")
async def lonely_edge(axe_file: Path) -> AsyncIterator[str]:
    """A real edge before one service that crashes, and others that are away."""
    assets = axe_file.parent.parent
    forwarder, static = Forwarder(), Path(shared.web.__path__[0]) / "static"
    async with serving(odd_service()) as odd:
        upstreams = {"/referral": odd, "/": "http://127.0.0.1:9"}
        async with serving(Edge(upstreams, read_assets([assets, static]), forwarder)) as origin:
            yield origin
    forwarder.close()


def odd_service() -> FastAPI:
    router = APIRouter(dependencies=[Depends(public())])

    @router.get("/referral/crash")
    async def crash() -> None:
        raise RuntimeError

    return create_tool_app(title="odd", routers=[router], health_checks=[])


@pytest.fixture(scope="session")
async def gallery(axe_file: Path) -> AsyncIterator[str]:
    """The component gallery behind a real edge, with nothing else: it needs no system to be looked at."""
    app = create_tool_app(title="gallery", routers=[gallery_router()], health_checks=[])
    app.state.page_settings = PageSettings(show_unchecked_translations=True, demo_mode=True)
    forwarder, static = Forwarder(), Path(shared.web.__path__[0]) / "static"
    async with serving(app) as behind:
        assets = read_assets([axe_file.parent.parent, static])
        async with serving(Edge({"/": behind}, assets, forwarder)) as origin:
            yield origin
    forwarder.close()


@pytest.fixture(scope="session")
async def look(
    request: pytest.FixtureRequest, browser: Browser, cast: Cast, axe: str, origins: Origins
) -> AsyncIterator[LookAt]:
    """Each page that a rule asks for is visited once, a few at the same time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def visit_once(name: str) -> Look:
        visit = {**PAGES, **OF_A_LONELY_EDGE}[name]
        async with gate:
            return await look_at(browser, origins(name), lambda page: visit(page, cast), axe)

    visits = {name: asyncio.create_task(visit_once(name)) for name in names_asked_for(request.session.items)}

    async def look(name: str) -> Look:
        return await visits[name]

    yield look
    for task in visits.values():
        task.cancel()
    await asyncio.gather(*visits.values(), return_exceptions=True)


@pytest.fixture(scope="session")
def origins(origin: str, lonely_edge: str) -> Origins:
    return lambda name: lonely_edge if name in OF_A_LONELY_EDGE else origin


def names_asked_for(items: Sequence[pytest.Item]) -> list[str]:
    """In the order of the tests, so that the first to ask waits least."""
    asked = [getattr(item, "callspec", None) for item in items]
    names = [str(spec.params["name"]) for spec in asked if spec is not None and "name" in spec.params]
    return list(dict.fromkeys(names))

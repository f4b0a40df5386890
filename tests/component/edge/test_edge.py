"""The edge between a real client and real upstreams."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from deploy.edge.app import Edge
from deploy.edge.assets import read_assets
from deploy.edge.forwarding import Forwarder
from shared.service_defaults.http_server import listen, serve_on
from tests.support.http_servers import serving


class Upstream:
    """A service that says what it saw, and streams piece by piece as the test allows."""

    def __init__(self) -> None:
        self.next_piece = asyncio.Event()
        self.pieces_read: asyncio.Queue[bytes] = asyncio.Queue()
        self.reader_gone = asyncio.Event()
        self.app = Starlette(
            routes=[
                Route("/referral/echo", self.echo, methods=["GET", "POST"]),
                Route("/referral/down", self.down),
                Route("/referral/up", self.up, methods=["POST"]),
                Route("/referral/endless", self.endless),
                Route("/{rest:path}", self.seen),
            ]
        )

    async def echo(self, request: Request) -> Response:
        return JSONResponse({"headers": dict(request.headers), "body": (await request.body()).decode()})

    async def down(self, _: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"one"
            await self.next_piece.wait()
            yield b"two"

        return StreamingResponse(pieces())

    async def up(self, request: Request) -> Response:
        async for piece in request.stream():
            if piece:
                await self.pieces_read.put(piece)
        return Response("done")

    async def endless(self, _: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"x" * 1000
                    await asyncio.sleep(0.01)
            finally:
                self.reader_gone.set()

        return StreamingResponse(pieces())

    async def seen(self, request: Request) -> Response:
        return JSONResponse({"raw": request.scope["raw_path"].decode(), "query": str(request.query_params)})


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
async def edge(upstream: Upstream, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "nhsuk.min.css").write_text("body{color:black}" * 100)
    forwarder = Forwarder()
    async with serving(upstream.app) as address:
        upstreams = {"/referral": address, "/": address, "/notify": "http://127.0.0.1:9"}
        app = Edge(upstreams, read_assets([tmp_path]), forwarder)
        async with serving(app) as origin, httpx.AsyncClient(base_url=origin, timeout=10) as client:
            yield client
        forwarder.close()


async def test_answer_comes_through_piece_by_piece(edge: httpx.AsyncClient, upstream: Upstream) -> None:
    async with edge.stream("GET", "/referral/down") as response:
        pieces = response.aiter_raw()
        assert await anext(pieces) == b"one"  # while the upstream still waits

        upstream.next_piece.set()

        assert await anext(pieces) == b"two"


async def test_body_goes_up_piece_by_piece(edge: httpx.AsyncClient, upstream: Upstream) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"first"
        assert await upstream.pieces_read.get() == b"first"  # it arrived before the second was sent
        yield b"second"

    response = await edge.post("/referral/up", content=body())

    assert response.text == "done"
    assert await upstream.pieces_read.get() == b"second"


async def test_upstream_stops_when_the_reader_has_gone(edge: httpx.AsyncClient, upstream: Upstream) -> None:
    async with edge.stream("GET", "/referral/endless") as response:
        assert response.status_code == 200

    async with asyncio.timeout(5):
        await upstream.reader_gone.wait()


@pytest.mark.asvs("V15.3.4")
async def test_who_asked_is_told_and_the_trace_is_carried_on(edge: httpx.AsyncClient) -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"

    response = await edge.post(
        "/referral/echo",
        content=b"hello",
        headers={"traceparent": f"00-{trace_id}-b7ad6b7169203331-01", "x-forwarded-for": "6.6.6.6"},
    )

    headers = response.json()["headers"]
    assert response.json()["body"] == "hello"
    assert headers["x-forwarded-for"] == "127.0.0.1"  # and not what they said themselves
    assert headers["x-forwarded-host"] == headers["host"] == edge.base_url.netloc.decode()
    assert headers["traceparent"].split("-")[1] == trace_id


async def test_behind_a_trusted_proxy_the_upstream_hears_of_the_visitor(upstream: Upstream) -> None:
    async with serving(upstream.app) as address:
        forwarder = Forwarder()
        app = Edge(
            {"/": address, "/referral": address}, {}, forwarder, trusted_proxies=[ip_network("127.0.0.1")]
        )
        async with serving(app) as origin, httpx.AsyncClient(base_url=origin, timeout=10) as proxy:
            asked = {"x-forwarded-for": "6.6.6.6, 203.0.113.7"}
            response = await proxy.get("/referral/echo", headers=asked)
        forwarder.close()

    assert response.json()["headers"]["x-forwarded-for"] == "203.0.113.7"


@pytest.mark.asvs("V4.2.1")
async def test_a_body_is_never_read_as_a_request(edge: httpx.AsyncClient) -> None:
    inner = "GET /metrics HTTP/1.1\r\nhost: x\r\ncontent-length: 20\r\n\r\n"

    first = await edge.post("/referral/echo", content=inner, headers={"connection": "content-length"})
    after = await edge.get("/services/next")

    assert first.json()["body"] == inner
    assert after.json()["raw"] == "/services/next"


async def test_path_and_query_go_through_unchanged(edge: httpx.AsyncClient) -> None:
    response = await edge.get("/services/a%2Fb%20c?q=%C3%A9&q=2")

    assert response.json() == {"raw": "/services/a%2Fb%20c", "query": "q=%C3%A9&q=2"}


INTERNAL = (
    "/internal/recipients",
    "/%69nternal/recipients",
    "//internal/recipients",
    "/referral/../internal/recipients",
    "/referral/%2e%2e/internal/recipients",
    "/metrics",
    "/health/other",
    "/asyncapi.json",
)


@pytest.mark.asvs("V13.4.5")
async def test_internal_paths_are_not_found_from_outside(edge: httpx.AsyncClient) -> None:
    for target in INTERNAL:
        request = edge.build_request("GET", "/")
        request.extensions["target"] = target.encode()

        response = await edge.send(request)

        assert response.status_code == 404, target
        assert response.json()["type"] == "/problems/not-found", target


async def test_a_part_that_is_away_says_what_to_do(edge: httpx.AsyncClient) -> None:
    problem = await edge.get("/notify/x")
    page = await edge.get("/notify/x", headers={"accept": "text/html"})

    assert problem.status_code == page.status_code == 503
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["what_to_do"].startswith("Wait a minute, then try again")
    assert "This page is not working just now" in page.text
    assert "Wait a minute, then try again" in page.text


async def test_edge_serves_again_after_an_upstream_restart(tmp_path: Path) -> None:
    first, second = Upstream(), Upstream()
    forwarder = Forwarder()
    async with serving(first.app) as address:
        app = Edge({"/": address}, read_assets([tmp_path]), forwarder)
        async with serving(app) as origin, httpx.AsyncClient(base_url=origin) as client:
            assert (await client.get("/a")).status_code == 200
    listener = listen("127.0.0.1", int(address.rpartition(":")[2]))
    server = serve_on(listener, second.app)
    assert server.stop is not None
    listener.listen()
    running = asyncio.create_task(server.run())
    async with serving(app) as origin, httpx.AsyncClient(base_url=origin) as client:
        assert (await client.get("/a")).status_code == 200
    forwarder.close()
    await server.stop()
    await running


async def test_assets_are_packed_cached_and_revalidated(edge: httpx.AsyncClient) -> None:
    first = await edge.get("/assets/nhsuk.min.css")
    again = await edge.get("/assets/nhsuk.min.css", headers={"if-none-match": first.headers["etag"]})
    outside = await edge.get("/assets/%2e%2e/secret")

    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-type"].startswith("text/css")
    assert "max-age" in first.headers["cache-control"]
    assert again.status_code == 304
    assert outside.status_code == 404


@pytest.mark.asvs("V3.4.1", "V13.4.1", "V13.4.3")
async def test_no_folder_is_listed_and_no_hidden_file_is_there(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("[remote]")
    (tmp_path / ".env").write_text("KEY=1")
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "one.woff2").write_text("font")
    async with (
        serving(Edge({}, read_assets([tmp_path]), Forwarder(), https=True)) as origin,
        httpx.AsyncClient(base_url=origin) as client,
    ):
        paths = ("", "fonts", "fonts/", ".git/config", ".env", "fonts/../.env", "fonts/one.woff2")
        answers = [await client.get(f"/assets/{path}") for path in paths]

    assert [each.status_code for each in answers] == [404] * 6 + [200]
    assert all("max-age=63072000" in each.headers["strict-transport-security"] for each in answers)


async def test_edge_is_ready_only_with_its_styles(edge: httpx.AsyncClient, tmp_path: Path) -> None:
    bare = Edge({}, {}, Forwarder())
    async with serving(bare) as origin, httpx.AsyncClient(base_url=origin) as client:
        refused = await client.get("/health/ready")

    assert (await edge.get("/health/ready")).status_code == 200
    assert (await edge.get("/health/live")).status_code == 200
    assert refused.status_code == 503
    assert "assets" in refused.json()["checks"]

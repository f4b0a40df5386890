"""A service asks the hosts that its settings name, and no other."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from shared.service_defaults.outgoing import HostNotListed, outgoing_client
from tests.support.http_servers import serving


@pytest.mark.asvs("V13.2.4", "V13.2.5")
async def test_what_no_setting_names_is_not_asked_whoever_gave_the_address() -> None:
    asked: list[str] = []

    async def answer(request: Request) -> Response:
        asked.append(f"{request.url.hostname}{request.url.path}")
        to = request.query_params.get("to")
        return RedirectResponse(to) if to else Response("here")

    async with (
        serving(Starlette(routes=[Route("/{rest:path}", answer)])) as address,
        outgoing_client({"127.0.0.1"}) as http,
    ):
        elsewhere = address.replace("127.0.0.1", "localhost")
        fine = await http.get(f"{address}/one")
        for refused in (f"{elsewhere}/two", f"{address}/three?to={elsewhere}/four"):
            with pytest.raises(HostNotListed):
                await http.get(refused, follow_redirects=True)

    assert fine.text == "here"
    assert asked == ["127.0.0.1/one", "127.0.0.1/three"]
    assert issubclass(HostNotListed, httpx.HTTPError)  # whoever asks treats it as a host that is away


@pytest.mark.parametrize("listed", ["bücher.invalid", "xn--bcher-kva.invalid", "BÜCHER.invalid"])
async def test_a_host_is_the_same_however_it_is_written(listed: str) -> None:
    async with outgoing_client({listed}) as http:
        for written in ("https://bücher.invalid", "https://xn--bcher-kva.invalid", "https://BÜCHER.invalid"):
            with pytest.raises(httpx.ConnectError):  # it was looked up
                await http.get(written)

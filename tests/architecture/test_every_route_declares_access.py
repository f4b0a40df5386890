"""Nobody adds a route without saying who may call it."""

import pytest

from shared.security.declared_access import access_by_route, faults
from tests.support.built_services import SERVICES, routers_of


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.asvs("V6.3.4")
async def test_every_route_declares_exactly_one_access(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    routers = routers_of(service, monkeypatch)

    assert access_by_route(routers), f"{service} has no routes at all"
    assert faults(routers) == []


@pytest.mark.parametrize("service", SERVICES)
async def test_internal_routes_take_the_internal_key_and_no_other_route_does(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = [
        f"{route}: {declared}"
        for route, declared in access_by_route(routers_of(service, monkeypatch)).items()
        if (" /internal/" in route) != (declared == ["internal key"])
    ]

    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
async def test_routes_stay_under_their_service_so_that_the_edge_finds_them(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = (f"/{service}/", f"/{service}", "/internal/")
    elsewhere = [
        route
        for route in access_by_route(routers_of(service, monkeypatch))
        if service != "directory" and not route.partition(" ")[2].startswith(own)
    ]

    assert elsewhere == []

"""Who has to sign in again before an act comes back to it by GET: that never ends on an error page."""

import pytest

from shared.security.declared_access import access_by_route
from tests.support.built_services import SERVICES, routers_of

FRESH = "signed in just now"


@pytest.mark.parametrize("service", SERVICES)
def test_every_form_that_needs_a_fresh_sign_in_has_a_get(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    routes = access_by_route(routers_of(service, monkeypatch))
    acts = {
        path
        for (method, _, path), [access] in ((route.partition(" "), given) for route, given in routes.items())
        if method == "POST" and access.endswith(FRESH)
    }

    assert acts or service != "directory"
    assert [path for path in sorted(acts) if f"GET {path}" not in routes] == []

"""Whoever had to sign in again before an act lands on the page with its form."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from services.directory.settings import DirectorySettings
from shared.postgres.pool import Pool
from shared.security.declared_access import access_by_route
from tests.component.directory.sign_in_world import SignInWorld, person, runs_a_service
from tests.support.built_services import routers_of
from tests.support.sign_in import SIGN_IN_SETTINGS

GROUP = UUID(int=1)


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    await runs_a_service(pool, GROUP, "E09000025")
    return await SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool).with_demo_people()


@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The address of every form that needs a fresh sign-in."""
    ids = {
        "organisation_id": GROUP,
        "member_id": person("jo").id,
        "membership_id": GROUP,
        "session_id": GROUP,
    }
    routes = access_by_route(routers_of("directory", monkeypatch))
    return [
        route.removeprefix("POST ").format(**ids)
        for route, [access] in routes.items()
        if route.startswith("POST ") and access.endswith("signed in just now")
    ]


async def test_every_act_that_needs_a_fresh_sign_in_leads_back_to_a_page(
    world: SignInWorld, acts: list[str]
) -> None:
    landed = {}
    async with world.browser() as browser:
        await world.sign_in(browser, "olu")
        for act in acts:
            world.clock.move(timedelta(minutes=11))
            await browser.get("/directory/sign-in")  # a new token, of the same sign-in
            late = await browser.post(act, data=world.csrf(browser))
            back = parse_qs(urlsplit(late.headers["location"]).query)["back"][0]
            again = await world.sign_in(browser, "olu", back=back)
            page = await browser.get(again.headers["location"], follow_redirects=True)
            landed[act] = (late.status_code, page.status_code, act.startswith(page.url.path))

    assert len(landed) >= 8
    assert set(landed.values()) == {(303, 200, True)}, landed

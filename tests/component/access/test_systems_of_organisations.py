"""The generated matrix for systems bound to an organisation: scope by own or other organisation by area by every route."""

import re
from uuid import uuid4

import pytest

from services.outcomes.entrypoints.summary_access import SummaryAccess
from shared.access.table import SCOPE_NAMES
from shared.security.api_callers import RequireScope
from shared.security.declared_access import Public
from shared.security.signed_links import SignedLink
from tests.component.access.asks_of_systems import ASKS, NOW, subjects
from tests.component.access.every_service import SETTINGS_CLASSES, Route, asked_service
from tests.component.access.things_of_organisations import world_of
from tests.conftest import CreateDatabase


def scope_of(route: Route) -> str | None:
    if isinstance(route.declared, RequireScope | SummaryAccess):
        return route.declared.access.rpartition(" ")[2]
    return None


@pytest.mark.parametrize("name", sorted(SETTINGS_CLASSES))
@pytest.mark.timeout(240)
@pytest.mark.asvs("V8.2.2", "V8.3.1", "V8.4.1", "V10.3.2")
async def test_a_system_of_an_organisation_is_given_what_is_its_own_and_nothing_else(
    name: str, database: CreateDatabase
) -> None:
    wrong, asked, granted = [], 0, 0
    made = await database(name)
    async with world_of(name, made.dsn, lambda: NOW) as world:
        for route in world.service.routes:
            scope = scope_of(route)
            if scope is None:
                continue
            ask = ASKS.get(str(route)) or pytest.fail(f"nobody has said what {route} is asked about")
            for subject in (*subjects(frozenset({scope})), *subjects(SCOPE_NAMES - {scope})):
                with_scope = scope in subject.scopes
                for each in await ask(world, subject):
                    asked += 1
                    granted += each.given
                    if each.given != (each.should and with_scope) or each.status >= 500:
                        wrong.append(f"{route} as {subject}: {each}")

    assert wrong == []
    if name in {"referral", "capacity", "outcomes"}:
        assert 0 < granted < asked


@pytest.mark.parametrize("name", sorted(SETTINGS_CLASSES))
@pytest.mark.timeout(240)
@pytest.mark.asvs("V8.3.1", "V10.3.2")
async def test_no_scope_of_an_organisations_system_opens_what_is_not_for_systems(
    name: str, database: CreateDatabase
) -> None:
    made = await database(name)
    async with asked_service(name, made.dsn, clock=lambda: NOW) as service:
        let_in = [
            f"{route} as {subject}: {answer.status_code}"
            for route in service.routes
            if scope_of(route) is None and not isinstance(route.declared, Public | SignedLink)
            if "client id and secret" not in route.declared.access and "public" not in route.declared.access
            for subject in subjects(SCOPE_NAMES)
            if (
                answer := await service.client.request(
                    route.method, re.sub(r"\{[^}]+\}", str(uuid4()), route.path), headers=subject.headers
                )
            ).status_code
            != 401
        ]

    assert let_in == []

"""A system with the right scope in the wrong area gets nothing, on every route that asks for a scope."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shared.access.caller import Caller, CallerKind
from shared.service_defaults.clock import utc_now
from tests.component.access.every_service import asked_service
from tests.conftest import CreateDatabase
from tests.support.sign_in import bearer

NEWHAM, CAMDEN, LONDON = "E09000025", "E09000007", "E12000007"


def system(scope: str, area: str) -> dict[str, str]:
    caller = Caller(
        CallerKind.SYSTEM,
        member_id=UUID(int=7),
        scopes=frozenset({scope}),
        areas=frozenset({area}),
        version=1,
    )
    return bearer(caller, utc_now() - timedelta(seconds=1))


@pytest.mark.parametrize("page", ["/outcomes/api/summary", "/outcomes/summary"])
async def test_figures_of_other_areas_and_of_all_of_london_are_refused(
    database: CreateDatabase, page: str
) -> None:
    made = await database("outcomes")
    async with asked_service("outcomes", made.dsn) as service:
        statuses = [
            (await service.client.get(page, params=asked, headers=system("summary:read", bound))).status_code
            for bound, asked in [
                (NEWHAM, {"area": NEWHAM}),
                (NEWHAM, {"area": CAMDEN}),
                (NEWHAM, {}),
                (LONDON, {}),
            ]
        ]

    assert statuses == [200, 403, 403, 200]


@pytest.mark.asvs("V8.4.1", "V10.3.2")
async def test_space_in_another_area_is_neither_read_nor_said(database: CreateDatabase) -> None:
    made = await database("capacity")
    pool_id, service_id = uuid4(), uuid4()
    async with asked_service("capacity", made.dsn) as service:
        await service.pool.execute(
            "INSERT INTO pools (pool_id, service_id, service_name, service_version, area)"
            " VALUES ($1, $2, 'Walks', 1, $3)",
            pool_id, service_id, NEWHAM,
        )  # fmt: skip
        read = f"/capacity/api/pools/{pool_id}"
        found = {}
        for area in (NEWHAM, CAMDEN):
            headers = system("signals:write", area)
            listed = await service.client.get(
                "/capacity/api/pools", params={"service_id": str(service_id)}, headers=headers
            )
            said = await service.client.post(
                f"{read}/signal",
                json={"status": "full", "version_seen": 0, "tapped_at": utc_now().isoformat()},
                headers={**headers, "idempotency-key": uuid4().hex},
            )
            one = await service.client.get(read, headers=headers)
            found[area] = (one.status_code, len(listed.json()["pools"]), said.status_code)

    assert found[CAMDEN] == (403, 0, 403)
    assert found[NEWHAM][:2] == (200, 1)
    assert found[NEWHAM][2] != 403


async def test_the_space_of_a_service_for_all_boroughs_belongs_to_london(database: CreateDatabase) -> None:
    made = await database("capacity")
    pool_id = uuid4()
    async with asked_service("capacity", made.dsn) as service:
        await service.pool.execute(
            "INSERT INTO pools (pool_id, service_id, service_name, service_version)"
            " VALUES ($1, $2, 'Evening talk', 1)",
            pool_id, uuid4(),
        )  # fmt: skip
        found = {
            area: (
                await service.client.get(
                    f"/capacity/api/pools/{pool_id}", headers=system("signals:write", area)
                )
            ).status_code
            for area in (NEWHAM, LONDON)
        }

    assert found == {NEWHAM: 403, LONDON: 200}

"""A coordinator opens organisations of the own area to somebody, and no other."""

from uuid import UUID, uuid4

import pytest

from services.directory.settings import DirectorySettings
from shared.postgres.pool import Pool
from tests.component.directory.sign_in_world import SignInWorld, runs_a_service
from tests.support.sign_in import SIGN_IN_SETTINGS

EALING, HACKNEY, NEWHAM, NORTH_EAST_LONDON, LONDON = (
    "E09000009",
    "E09000012",
    "E09000025",
    "E54000029",
    "E12000007",
)
OF_EALING, OF_BOTH, OF_HACKNEY_FOR_NEWHAM, OF_ALL, UNKNOWN = (UUID(int=number) for number in range(1, 6))


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    await runs_a_service(pool, OF_EALING, EALING)
    await runs_a_service(pool, OF_BOTH, EALING, NEWHAM)
    await runs_a_service(pool, OF_HACKNEY_FOR_NEWHAM, NEWHAM, home=HACKNEY)
    await runs_a_service(pool, OF_ALL)
    return await SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool).with_demo_people()


@pytest.mark.asvs("V8.2.2")
@pytest.mark.parametrize(
    ("organisation", "role", "area", "answer"),
    [
        (OF_BOTH, "provider-staff", NEWHAM, 303),
        (OF_HACKNEY_FOR_NEWHAM, "volunteer", NEWHAM, 303),
        (OF_EALING, "provider-staff", NEWHAM, 422),
        (OF_EALING, "volunteer", NEWHAM, 422),
        (OF_EALING, "referrer", NEWHAM, 422),
        (OF_ALL, "provider-staff", NEWHAM, 422),  # belongs to London, and so do its cases
        (UNKNOWN, "provider-staff", NEWHAM, 422),
        (UNKNOWN, "volunteer", NEWHAM, 422),
        (UNKNOWN, "referrer", NEWHAM, 303),  # a practice, which the directory does not list
        (OF_EALING, "provider-staff", EALING, 404),
        (OF_BOTH, "provider-staff", "E09999999", 422),
    ],
)
async def test_a_role_is_given_for_organisations_that_work_in_the_area(
    world: SignInWorld, organisation: UUID, role: str, area: str, answer: int
) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "nadia")  # coordinator of Newham
        csrf = world.csrf(browser)
        new = {"name": "Somebody", "reference": uuid4().hex}
        member = (await browser.post("/directory/members", data=csrf | new)).headers["location"]
        given = {"role": role, "area": area, "organisation_id": str(organisation)}
        told = await browser.post(f"{member}/roles", data=csrf | given)

    assert told.status_code == answer
    held = await world.pool.fetchval(
        "SELECT count(*) FROM memberships WHERE organisation_id = $1", organisation
    )
    assert held == (answer == 303)
    if answer == 422 and area == NEWHAM:
        assert "does not run a service in that area" in told.text

"""A link can be taken back, alone or with all about its subject, and a single act is done once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import SecretStr

from shared.postgres.pool import transaction
from shared.security.revoked_links import forget_links_before, revoke_link, revoke_links_of, use_once
from shared.security.signed_links import Purpose, mint, read_link
from shared.service_defaults.clock import utc_now
from tests.component.access.every_service import AskedService, asked_service
from tests.conftest import CreateDatabase

KEY = SecretStr("signing-key-for-tests")
AS_BROWSER = {"accept": "text/html"}


@pytest.fixture
async def referral(database: CreateDatabase) -> AsyncIterator[AskedService]:
    made = await database("referral")
    async with asked_service("referral", made.dsn) as found:
        yield found


async def test_a_link_that_was_taken_back_is_told_like_a_guess(referral: AskedService) -> None:
    now = utc_now()
    subject = uuid4()
    token = mint(KEY, Purpose.MY_REFERRAL, subject, now + timedelta(days=1))
    link = read_link(KEY, Purpose.MY_REFERRAL, token, now)
    async with transaction(referral.pool) as connection:
        await revoke_link(connection, link.id, link.expires_at)

    revoked = await referral.client.get(f"/referral/mine/{token}", headers=AS_BROWSER)
    guessed = await referral.client.get("/referral/mine/guess", headers=AS_BROWSER)
    counted = (await referral.client.get("/metrics")).text

    assert revoked.status_code == guessed.status_code == 404
    assert "This link does not work" in guessed.text
    assert revoked.text.replace(token, "") == guessed.text.replace("guess", "")
    for reason in ("link-revoked", "link-not-valid"):
        assert f'kith_access_refused_total{{reason="{reason}"}} 1.0' in counted


async def test_all_links_about_somebody_end_and_nobody_elses(referral: AskedService) -> None:
    subject = uuid4()
    tomorrow = utc_now() + timedelta(days=1)
    before = mint(KEY, Purpose.MY_REFERRAL, subject, tomorrow)
    somebody_elses = mint(KEY, Purpose.MY_REFERRAL, uuid4(), tomorrow)
    async with transaction(referral.pool) as connection:
        await revoke_links_of(connection, subject, utc_now() + timedelta(seconds=1))

    answers = [
        await referral.client.get(f"/referral/mine/{token}", headers={"accept": "application/json"})
        for token in (before, somebody_elses)
    ]

    refused = (await referral.client.get("/metrics")).text
    assert [answer.status_code for answer in answers] == [404, 404]  # behind the second there is nobody
    assert 'kith_access_refused_total{reason="link-revoked"} 1.0' in refused


async def test_a_single_act_is_done_once(referral: AskedService) -> None:
    link_id, until = uuid4(), utc_now() + timedelta(days=1)

    async with transaction(referral.pool) as connection:
        first = await use_once(connection, link_id, until)
    async with transaction(referral.pool) as connection:
        second = await use_once(connection, link_id, until)
        await forget_links_before(connection, until + timedelta(days=1))
        kept = await connection.fetchval("SELECT count(*) FROM used_links")

    assert (first, second, kept) == (True, False, 0)

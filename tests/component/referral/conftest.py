"""Referral over a real PostgreSQL: a database of its own for each test, events by hand, HTTP in process."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from services.referral.bootstrap import make_parts
from services.referral.settings import ReferralSettings
from services.referral.use_cases.answer_offer import accept_offer
from shared.events import referral
from shared.postgres.pool import Pool, transaction
from tests.component.referral.golden_messages import held, taken
from tests.component.referral.referral_world import AMINA, ReferralWorld, StoppedClock
from tests.support.reaching import EVERYWHERE, looking_pool
from tests.support.service_apps import KEY_ENCRYPTION_KEYS
from tests.support.service_in_process import service_in_process
from tests.support.sign_in import PUBLIC_KEYS, system_bearer


@pytest.fixture
def settings(referral_dsn: str) -> ReferralSettings:
    return ReferralSettings(
        postgres_dsn=SecretStr(referral_dsn),
        kafka_bootstrap_servers="127.0.0.1:9",
        http_port=0,
        public_url="http://localhost:8080",
        link_signing_key=SecretStr("signing-key-for-tests"),
        internal_key=SecretStr("internal-key-for-tests"),
        capacity_url="http://127.0.0.1:9",
        notify_url="http://127.0.0.1:9",
        outcomes_url="http://127.0.0.1:9",
        key_encryption_keys=KEY_ENCRYPTION_KEYS,
        demo_mode=True,
        token_keys=PUBLIC_KEYS,
        audit_wrapping_keys={"tests": SecretStr("11" * 32)},
        audit_signing_keys={"tests": SecretStr("22" * 32)},
    )


@pytest.fixture
async def pool(settings: ReferralSettings) -> AsyncIterator[Pool]:
    opened = await looking_pool(settings.postgres_dsn.get_secret_value())
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def world(settings: ReferralSettings, pool: Pool, clock: StoppedClock) -> ReferralWorld:
    return ReferralWorld(settings, pool, clock, answer_time=timedelta(hours=72))


@pytest.fixture
async def client(
    settings: ReferralSettings, pool: Pool, clock: StoppedClock
) -> AsyncIterator[httpx.AsyncClient]:
    headers = system_bearer("referrals:write", "referrals:read", "operate")
    async with service_in_process("referral", make_parts, settings, pool, clock, headers=headers) as found:
        yield found


@pytest.fixture
async def offered(world: ReferralWorld) -> referral.PlaceRequestedV1:
    """Somebody with all that a person can have, whom a group is asked to take."""
    await world.service(("open", 1), languages=["so", "en"], access=["step-free"])
    await world.refer(person=AMINA, groups=frozenset({"older-people"}), access=frozenset({"step-free"}))
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    return request


@pytest.fixture
async def placed(world: ReferralWorld, offered: referral.PlaceRequestedV1) -> referral.PlaceRequestedV1:
    """The same, when the group has said yes and the place is theirs."""
    async with transaction(world.pool, EVERYWHERE) as connection:
        await accept_offer(connection, offered.request_id, world.clock(), world.by)
    await world.hear_answers(taken(offered))
    return offered

"""Notify with everything around it real: PostgreSQL, SMTP and the HTTP of those who know recipients."""

from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from services.notify.bootstrap import make_parts, make_sender
from services.notify.settings import NotifySettings
from shared.postgres.pool import Pool
from shared.service_defaults.process import Platform
from tests.component.notify.notify_world import MovableClock, NotifyWorld
from tests.component.notify.real_mail_server import Mailbox, real_mail_server
from tests.component.notify.recipient_owner import RecipientOwner
from tests.support.http_servers import serving
from tests.support.reaching import looking_pool
from tests.support.service_in_process import service_in_process
from tests.support.sign_in import PUBLIC_KEYS


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with real_mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def owner() -> RecipientOwner:
    return RecipientOwner()


@pytest.fixture
async def settings(notify_dsn: str, mailbox: Mailbox, owner: RecipientOwner) -> AsyncIterator[NotifySettings]:
    made = NotifySettings(
        postgres_dsn=SecretStr(notify_dsn),
        kafka_bootstrap_servers="127.0.0.1:9",
        http_port=0,
        public_url="http://localhost:8080",
        link_signing_key=SecretStr("signing-key-for-tests"),
        internal_key=SecretStr("internal-key-for-tests"),
        token_keys=PUBLIC_KEYS,
        smtp_host="127.0.0.1",
        smtp_port=mailbox.port,
        referral_url="http://127.0.0.1:9",
        directory_url="http://127.0.0.1:9",
    )
    async with serving(owner.app(made)) as address:
        yield made.model_copy(update={"referral_url": address, "directory_url": address})


@pytest.fixture
async def pool(settings: NotifySettings) -> AsyncIterator[Pool]:
    opened = await looking_pool(settings.postgres_dsn.get_secret_value())
    yield opened
    await opened.close()


@pytest.fixture
async def world(
    settings: NotifySettings, pool: Pool, mailbox: Mailbox, owner: RecipientOwner
) -> AsyncIterator[NotifyWorld]:
    clock = MovableClock()
    async with httpx.AsyncClient() as http:
        sender = make_sender(Platform(settings, pool, clock, CollectorRegistry(), http))
        yield NotifyWorld(settings, pool, sender, mailbox, owner, clock)
        await sender.stop()
        await sender.run()  # says goodbye to the mail server


@pytest.fixture
async def client(settings: NotifySettings, pool: Pool) -> AsyncIterator[httpx.AsyncClient]:
    async with service_in_process("notify", make_parts, settings, pool, MovableClock()) as found:
        yield found

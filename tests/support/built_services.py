"""Each service put together as its process does it, without a server behind it."""

import asyncio
import importlib
import json
from collections.abc import Sequence
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import APIRouter

from shared.service_defaults.clock import utc_now
from shared.service_defaults.metrics import new_registry
from shared.service_defaults.process import Platform, ServiceDefinition, ServiceParts
from tests.support.service_apps import INTERNAL_KEY, KEY_ENCRYPTION_KEYS, LINK_KEY

SERVICES = ("capacity", "directory", "notify", "outcomes", "referral")
NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


def parts_of(service: str, monkeypatch: pytest.MonkeyPatch) -> ServiceParts:
    """What the service's own bootstrap makes; demo mode on, so that its routes are seen as well."""
    settings = {
        "POSTGRES_DSN": NOWHERE,
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
        "HTTP_PORT": "0",
        "PUBLIC_URL": "http://localhost",
        "DEMO_MODE": "true",
        "LINK_SIGNING_KEY": LINK_KEY.get_secret_value(),
        "INTERNAL_KEY": INTERNAL_KEY,
        "KEY_ENCRYPTION_KEYS": json.dumps(
            {kid: key.get_secret_value() for kid, key in KEY_ENCRYPTION_KEYS.items()}
        ),
        "AUDIT_WRAPPING_KEYS": json.dumps({"tests": "11" * 32}),
        "AUDIT_SIGNING_KEYS": json.dumps({"tests": "22" * 32}),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": "9",
        "CAPACITY_URL": "http://127.0.0.1:9",
        "NOTIFY_URL": "http://127.0.0.1:9",
        "OUTCOMES_URL": "http://127.0.0.1:9",
        "REFERRAL_URL": "http://127.0.0.1:9",
        "DIRECTORY_URL": "http://127.0.0.1:9",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"{service.upper()}_{name}", value)
    bootstrap = importlib.import_module(f"services.{service}.bootstrap")
    definition: ServiceDefinition[Any] = bootstrap.build_service()
    # Never awaited, so it never connects. It asks for a loop all the same, and in a test that
    # is not a coroutine there may be none: `asyncio.run` in an earlier one takes it away.
    loop = asyncio.new_event_loop()
    pool = asyncpg.create_pool(NOWHERE, min_size=0, loop=loop)
    loop.close()
    http = httpx.AsyncClient()
    return definition.make(Platform(definition.settings, pool, utc_now, new_registry(), http))


def routers_of(service: str, monkeypatch: pytest.MonkeyPatch) -> Sequence[APIRouter]:
    return parts_of(service, monkeypatch).routers

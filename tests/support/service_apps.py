"""A service's settings and app for tests that need no running service."""

import base64
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from pydantic import SecretStr

from shared.service_defaults.clock import Clock, utc_now
from shared.service_defaults.health import HealthCheck
from shared.service_defaults.http_app import create_app
from shared.service_defaults.metrics import new_registry
from shared.service_defaults.request_limits import RequestLimits
from shared.service_defaults.settings import ServiceSettings
from tests.support.sign_in import PUBLIC_KEYS

LINK_KEY = SecretStr("a key for links in tests")
KEY_ENCRYPTION_KEYS = {"tests": SecretStr(base64.b64encode(bytes(32)).decode())}
INTERNAL_KEY = "an internal key for tests"


class NothingThere:
    """In the place of a pool whose tables of access are all empty: nobody and no link was revoked."""

    async def fetchval(self, *_: object) -> None:
        return None

    async def fetchrow(self, *_: object) -> None:
        return None


def settings_for_tests(**changed: Any) -> ServiceSettings:
    """Settings that point nowhere."""
    return ServiceSettings(
        **{
            "postgres_dsn": SecretStr("postgresql://nowhere"),
            "kafka_bootstrap_servers": "127.0.0.1:9",
            "http_port": 0,
            "public_url": "http://localhost",
            "link_signing_key": LINK_KEY,
            "internal_key": SecretStr(INTERNAL_KEY),
            "token_keys": PUBLIC_KEYS,
            **changed,
        }
    )


def app_of(
    *routers: APIRouter,
    health_checks: Sequence[HealthCheck] = (),
    limits: RequestLimits | None = None,
    clock: Clock = utc_now,
    **settings: Any,
) -> FastAPI:
    """A service's app around the routers, with everything that `create_app` puts there."""
    return create_app(
        settings_for_tests(**settings),
        title="example",
        routers=routers,
        health_checks=health_checks,
        registry=new_registry(),
        limits=limits,
        clock=clock,
        pool=NothingThere(),  # type: ignore[arg-type]  # the two calls that access makes
    )

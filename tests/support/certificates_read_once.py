"""The certificates that a client of HTTP trusts, read once for a whole run: each new client would read all of them."""

import os
import ssl
from functools import cache
from typing import Any

import httpx
from httpx._transports import default


def read_certificates_once() -> None:
    default.create_ssl_context = trusting  # type: ignore[attr-defined,assignment]  # where httpx looks it up


def trusting(*, verify: Any, cert: Any, trust_env: bool) -> ssl.SSLContext:
    """As httpx makes it. Who brings a certificate or a context of their own gets that."""
    if verify is not True or cert is not None:
        return httpx.create_ssl_context(verify, cert, trust_env)
    named = (os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")) if trust_env else ()
    return trusting_those(named)


@cache
def trusting_those(named: tuple[str | None, ...]) -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=bool(named))

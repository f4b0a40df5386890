"""Between our own services: TLS with certificates of an authority of ours, by name, and nothing without it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.edge.app import Edge
from deploy.edge.forwarding import Forwarder
from services.notify.settings import NotifySettings
from shared.service_defaults.outgoing import outgoing_client
from tests.support.certificates import Certificate, certificate_for
from tests.support.http_servers import serving

NAME = "localhost"


async def _here(_: Request) -> Response:
    return Response("here")


@asynccontextmanager
async def a_service(certificate: Certificate) -> AsyncIterator[int]:
    app = Starlette(routes=[Route("/{rest:path}", _here)])
    async with serving(app, certificate) as address:
        yield int(address.rpartition(":")[2])


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return certificate_for(NAME, tmp_path / "ours")


@pytest.fixture
def strangers(tmp_path: Path) -> Certificate:
    return certificate_for(NAME, tmp_path / "theirs")


@pytest.mark.asvs("V12.3.3", "V12.3.4")
async def test_a_service_is_asked_by_tls_where_our_own_authority_vouches_for_its_name(
    certificate: Certificate, strangers: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_service(certificate) as port:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
        async with outgoing_client({NAME, "127.0.0.1"}) as http:
            answer = await http.get(f"https://{NAME}:{port}/")
            for wrong in (f"https://127.0.0.1:{port}/", f"http://{NAME}:{port}/"):
                with pytest.raises(httpx.TransportError):
                    await http.get(wrong)
        monkeypatch.setenv("SSL_CERT_FILE", str(strangers.authority))
        async with outgoing_client({NAME}) as http:
            with pytest.raises(httpx.ConnectError):
                await http.get(f"https://{NAME}:{port}/")

    assert answer.text == "here"


@pytest.mark.asvs("V12.3.3", "V12.3.4")
@pytest.mark.parametrize(("trusted", "status"), [("certificate", 200), ("strangers", 503)])
async def test_the_edge_passes_on_to_a_service_that_our_authority_vouches_for_and_to_no_other(
    trusted: str,
    status: int,
    certificate: Certificate,
    strangers: Certificate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = {"certificate": certificate, "strangers": strangers}[trusted].authority
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    forwarder = Forwarder()
    async with a_service(certificate) as port:
        edge = Edge({"/": f"https://{NAME}:{port}"}, {}, forwarder)
        async with serving(edge) as address, httpx.AsyncClient(trust_env=False) as http:
            answer = await http.get(f"{address}/anything")
        forwarder.close()

    assert answer.status_code == status


GIVEN = {
    "postgres_dsn": "postgresql://nowhere",
    "kafka_bootstrap_servers": "127.0.0.1:9",
    "http_port": 0,
    "public_url": "https://kith.example",
    "link_signing_key": "a key for links in tests",
    "internal_key": "an internal key for tests",
    "smtp_host": "mail.example",
    "smtp_port": 25,
    "referral_url": "https://referral.internal",
    "directory_url": "https://directory.internal",
}
PAIR = {"certificate": "a.pem", "certificate_key": "a.key"}


@pytest.mark.asvs("V12.3.3")
@pytest.mark.parametrize(
    ("changed", "starts"),
    [
        ({}, True),
        ({"http_host": "0.0.0.0", **PAIR}, True),  # noqa: S104 - in a container
        ({"http_host": "0.0.0.0"}, False),  # noqa: S104
        ({"http_host": "0.0.0.0", "demo_mode": True}, True),  # noqa: S104
        ({"referral_url": "http://referral.internal"}, False),
        ({"referral_url": "http://127.0.0.1:18103"}, True),
        ({"certificate": "a.pem"}, False),
        ({"otlp_endpoint": "http://spans.internal:4318"}, False),
        ({"otlp_endpoint": "http://spans.internal:4318", "demo_mode": True}, True),
        ({"otlp_endpoint": "http://127.0.0.1:4318"}, True),
        ({"otlp_endpoint": "https://spans.internal"}, True),
    ],
)
def test_outside_a_demonstration_services_meet_by_tls_or_on_one_machine(
    changed: Mapping[str, object], *, starts: bool
) -> None:
    try:
        NotifySettings.model_validate({**GIVEN, **changed})
    except ValidationError:
        assert not starts
    else:
        assert starts


@pytest.mark.parametrize(
    ("changed", "needed"),
    [({}, True), ({"smtp_host": "localhost"}, False), ({"demo_mode": True}, False)],
)
def test_outside_a_demonstration_mail_leaves_this_machine_by_tls(
    changed: Mapping[str, object], *, needed: bool
) -> None:
    assert NotifySettings.model_validate({**GIVEN, **changed}).mail_needs_tls == needed


@pytest.mark.parametrize("address", ["https:///x", "https://:80", "https://[::1/x", "https://user@/"])
@pytest.mark.parametrize("name", ["public_url", "referral_url", "otlp_endpoint"])
def test_an_address_without_a_host_is_refused_by_the_name_of_its_setting(name: str, address: str) -> None:
    with pytest.raises(ValidationError) as refused:
        NotifySettings.model_validate({**GIVEN, name: address})

    assert [each["loc"] for each in refused.value.errors()] == [(name,)]

"""With a certificate, the edge speaks TLS and nothing else, as a browser would find it."""

import asyncio
import os
import ssl
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from deploy.edge.settings import EdgeSettings
from tests.support.certificates import Certificate, certificate_for
from tests.support.local_process import LocalProcess, free_ports

HOST = "localhost"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate_for(HOST, tmp_path_factory.mktemp("tls"))


def environment(certificate: Certificate, port: int, folder: Path) -> dict[str, str]:
    (folder / "nhsuk.min.css").write_text("body{color:black}")
    return {
        "PATH": os.environ["PATH"],
        "EDGE_PORT": str(port),
        "EDGE_UPSTREAMS": "{}",
        "EDGE_ASSETS_DIR": str(folder),
        "EDGE_PUBLIC_URL": f"https://{HOST}:{port}",
        "EDGE_CERTIFICATE": str(certificate.file),
        "EDGE_CERTIFICATE_KEY": str(certificate.key),
    }


@pytest.fixture(scope="module")
def port(certificate: Certificate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """An edge in a process of its own, as an operator starts it."""
    [found] = free_ports(1)
    folder = tmp_path_factory.mktemp("edge")

    async def ready() -> str | None:
        return None if await agreed_with(found, trusting(certificate)) else "does not answer yet"

    process = LocalProcess(
        "edge",
        (sys.executable, "-m", "deploy.edge"),
        ready=ready,
        log=folder / "edge.log",
        environment=environment(certificate, found, folder),
    )
    process.start()
    try:
        yield found
    finally:
        process.stop()


def trusting(certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate.authority))


async def agreed_with(port: int, context: ssl.SSLContext) -> str | None:
    """The version and cipher that both agree on; nothing where they do not."""
    try:
        _, writer = await asyncio.open_connection(HOST, port, ssl=context)
    except OSError:
        return None
    found = writer.get_extra_info("ssl_object")
    writer.close()
    return f"{found.version()} {found.cipher()[0]}"


@pytest.mark.asvs("V12.2.1")
async def test_people_come_by_a_certificate_that_holds_for_the_name(
    port: int, certificate: Certificate, tmp_path: Path
) -> None:
    async with httpx.AsyncClient(verify=trusting(certificate)) as browser:
        answer = await browser.get(f"https://{HOST}:{port}/assets/nhsuk.min.css")
    stranger = certificate_for(HOST, tmp_path / "other")
    async with httpx.AsyncClient(verify=trusting(stranger)) as browser:
        with pytest.raises(httpx.ConnectError):
            await browser.get(f"https://{HOST}:{port}/")

    assert answer.status_code == 200
    assert "max-age=" in answer.headers["strict-transport-security"]


@pytest.mark.asvs("V4.1.2", "V12.2.1")
@pytest.mark.parametrize("path", ["/", "/referral/api/referrals", "/directory/token"])
async def test_nothing_is_answered_without_tls_not_even_where_to_go(port: int, path: str) -> None:
    """A program that calls by http is told nothing, so that nobody sends a secret that way for long."""
    async with httpx.AsyncClient() as program:
        with pytest.raises(httpx.TransportError):
            await program.get(f"http://{HOST}:{port}{path}")


@pytest.mark.asvs("V12.1.1")
@pytest.mark.parametrize(
    ("version", "agreed"),
    [
        (ssl.TLSVersion.TLSv1, False),
        (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ],
)
async def test_tls_is_1_2_or_1_3(
    port: int, certificate: Certificate, version: ssl.TLSVersion, *, agreed: bool
) -> None:
    client = trusting(certificate)
    client.set_ciphers("ALL:@SECLEVEL=0")  # else the old versions would fail on our own side
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        client.minimum_version = client.maximum_version = version

    assert (await agreed_with(port, client) is not None) == agreed


@pytest.mark.asvs("V12.1.2")
@pytest.mark.parametrize(
    ("cipher", "agreed"),
    [
        ("ECDHE-ECDSA-AES128-GCM-SHA256", True),
        ("ECDHE-ECDSA-AES256-GCM-SHA384", True),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", True),
        ("ECDHE-ECDSA-AES128-SHA256", False),
        ("ECDHE-ECDSA-AES256-SHA", False),
    ],
)
async def test_ciphers_are_those_that_are_recommended(
    port: int, certificate: Certificate, cipher: str, *, agreed: bool
) -> None:
    client = trusting(certificate)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ciphers(f"{cipher}:@SECLEVEL=0")

    assert (await agreed_with(port, client) is not None) == agreed


async def test_files_that_are_no_certificate_are_told_in_one_line(
    certificate: Certificate, tmp_path: Path
) -> None:
    key = tmp_path / "no.key"
    key.write_text("no key")
    spoilt = replace(certificate, key=key)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.edge",
        env=environment(spoilt, 0, tmp_path),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()

    assert process.returncode not in {0, None}
    assert said.decode().count("\n") == 1
    assert "CERTIFICATE_KEY" in said.decode()


@pytest.mark.parametrize(
    "given",
    [
        {"certificate": "a.pem"},
        {"certificate_key": "a.key"},
        {"certificate": "a.pem", "certificate_key": "a.key", "public_url": "http://kith.example"},
    ],
)
def test_half_a_certificate_and_one_that_the_public_address_does_not_use_are_refused(
    given: dict[str, str], tmp_path: Path
) -> None:
    plain = {"port": "0", "upstreams": {}, "assets_dir": str(tmp_path), "public_url": "https://kith.example"}

    with pytest.raises(ValidationError):
        EdgeSettings.model_validate({**plain, **given})

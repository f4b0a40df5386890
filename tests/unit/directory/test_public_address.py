"""A feed's address is looked at before anything connects: it must be out in the open internet."""

import pytest

from services.directory.domain.errors import FeedRefused
from services.directory.entrypoints.feeds.public_address import resolve


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.8",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused, not listened on
        "224.0.0.1",
        "2130706433",
        "0x7f.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
        "[fd00::1]",
        "[64:ff9b::a00:1]",
        "[64:ff9b:1::a00:1]",
        "[2002:a00:1::1]",
        "[2001:0:4136:e378:8000:63bf:f5ff:fffe]",
        "[::127.0.0.1]",
        "[fec0::1]",
    ],
)
@pytest.mark.asvs("V1.3.6")
async def test_a_private_address_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(FeedRefused, match="private network"):
        await resolve(f"http://{host}/services", allow_private=False)


async def test_a_private_address_is_taken_when_the_operator_says_so() -> None:
    target = await resolve("http://127.0.0.1:8080/services?page=2", allow_private=True)

    assert target.url == "http://127.0.0.1:8080/services?page=2"
    assert target.host_header == "127.0.0.1:8080"


async def test_a_public_address_is_connected_to_by_its_number() -> None:
    target = await resolve("https://8.8.8.8/services", allow_private=False)

    assert target.url == "https://8.8.8.8/services"


async def test_a_public_address_of_six_is_connected_to_by_its_number() -> None:
    target = await resolve("https://[2a00:1450:4009:81f::200e]/services", allow_private=False)

    assert target.url == "https://[2a00:1450:4009:81f::200e]/services"


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "gopher://example.org/",
        "http://",
        "http://[::1",
        "http://example.org:99999/",
        "http://user:secret@8.8.8.8/",
        "http://8.8.8.8/" + "a" * 2_000,
    ],
)
async def test_what_is_not_a_plain_web_address_is_refused(address: str) -> None:
    with pytest.raises(FeedRefused) as refusal:
        await resolve(address, allow_private=True)

    assert "secret" not in str(refusal.value)

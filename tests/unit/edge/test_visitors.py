"""Who asked, behind proxies that are trusted and with headers that are not."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.edge.settings import EdgeSettings
from deploy.edge.visitors import visitor

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def asked_by(peer: str | None, *forwarded: str, trusted: tuple[object, ...] = PROXIES) -> str:
    headers = [(b"x-forwarded-for", each.encode("latin-1")) for each in forwarded]
    scope = {"type": "http", "headers": headers, "client": (peer, 5000) if peer else None}
    return visitor(scope, trusted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("10.0.0.9", (), "10.0.0.9"),
        ("10.0.0.9", ("203.0.113.7",), "203.0.113.7"),
        ("10.0.0.9", ("203.0.113.7, 10.0.0.8",), "203.0.113.7"),
        ("10.0.0.9", ("203.0.113.7", "10.0.0.8"), "203.0.113.7"),
        ("::ffff:10.0.0.9", ("203.0.113.7",), "203.0.113.7"),
        ("fd00::9", ("2001:db8::7",), "2001:db8::7"),
        ("10.0.0.9", ("203.0.113.7:52100",), "203.0.113.7"),
        ("10.0.0.9", ("[2001:db8::7]:52100",), "2001:db8::7"),
        ("10.0.0.9", ("10.1.1.1, 10.0.0.8",), "10.1.1.1"),
        (None, ("203.0.113.7",), "unknown"),
    ],
)
@pytest.mark.asvs("V4.1.3")
def test_who_asked_is_the_nearest_address_that_is_no_trusted_proxy(
    peer: str | None, forwarded: tuple[str, ...], expected: str
) -> None:
    assert asked_by(peer, *forwarded) == expected


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        # What a visitor wrote themselves stands to the left of what the proxy saw.
        ("10.0.0.9", ("6.6.6.6, 203.0.113.7",), "203.0.113.7"),
        ("10.0.0.9", ("6.6.6.6", "203.0.113.7"), "203.0.113.7"),
        ("10.0.0.9", ("6.6.6.6, 10.0.0.1, 203.0.113.7, 10.0.0.8",), "203.0.113.7"),
        ("10.0.0.9", ("6.6.6.6, 10.0.0.1, 203.0.113.7",), "203.0.113.7"),
        # Nothing to the left of what cannot be read is believed.
        ("10.0.0.9", ("6.6.6.6, nonsense",), "10.0.0.9"),
        ("10.0.0.9", ("6.6.6.6, unknown, 10.0.0.8",), "10.0.0.8"),
        ("10.0.0.9", ("6.6.6.6,",), "10.0.0.9"),
        ("10.0.0.9", ("6.6.6.6\xff",), "10.0.0.9"),
        ("10.0.0.9", (", ".join(["10.0.0.1"] * 5000),), "10.0.0.1"),
        # A peer that is no proxy of ours says nothing of others.
        ("203.0.113.7", ("6.6.6.6",), "203.0.113.7"),
        ("203.0.113.7", ("6.6.6.6, 10.0.0.8",), "203.0.113.7"),
    ],
)
@pytest.mark.asvs("V4.1.3")
def test_a_chain_that_a_visitor_wrote_makes_nobody_else_of_them(
    peer: str, forwarded: tuple[str, ...], expected: str
) -> None:
    assert asked_by(peer, *forwarded) == expected


@pytest.mark.asvs("V4.1.3")
def test_unless_told_otherwise_no_proxy_is_trusted() -> None:
    assert asked_by("10.0.0.9", "6.6.6.6", trusted=()) == "10.0.0.9"
    assert settings_with("").trusted_proxies == ()


def test_proxies_are_given_as_networks_or_single_addresses() -> None:
    given = settings_with("10.0.0.0/8, fd00::/8,192.0.2.1").trusted_proxies

    assert given == (*PROXIES, ip_network("192.0.2.1/32"))


@pytest.mark.parametrize("wrong", ["everybody", "10.0.0.1/8", "0.0.0.0/0", "::/0"])
def test_what_is_no_network_of_proxies_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        settings_with(wrong)


def settings_with(proxies: str) -> EdgeSettings:
    return EdgeSettings(port=0, upstreams={}, assets_dir=Path("/"), trusted_proxies=proxies)

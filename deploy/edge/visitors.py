"""Who asked: the socket's peer, or behind proxies that we trust the nearest address that is none of them."""

import ipaddress
from collections.abc import Iterator, Sequence

from starlette.types import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def visitor(scope: Scope, trusted: Sequence[Network]) -> str:
    """Reads X-Forwarded-For from the right, each address only while the one that reported it is trusted.

    Whatever stands to the left of the first address that is not, a visitor may have written.
    """
    client = scope.get("client")
    nearest = _address(client[0]) if client else None
    if nearest is None:
        return "unknown"
    for reported in _from_the_right(scope):
        if not _is_within(nearest, trusted):
            break
        further = _address(reported)
        if further is None:
            break
        nearest = further
    return str(nearest)


def _from_the_right(scope: Scope) -> Iterator[str]:
    lines = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    for line in reversed(lines):
        yield from (each.strip() for each in reversed(line.decode("latin-1").split(",")))


def _address(text: str) -> Address | None:
    """None for what is no address. Some proxies add the port; an IPv4 address may come as an IPv6 one."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)

"""Turns a feed's address into the one to connect to, after a look at whether it is out in the open internet."""

import asyncio
import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from services.directory.domain.errors import FeedRefused, PrivateAddress
from shared.service_defaults.addresses import wire_form

LONGEST_ADDRESS = 2_000  # characters
PORTS = {"http": 80, "https": 443}
# All other IPv6 addresses are private, local, set aside, or lead through a translator to an IPv4 one (64:ff9b::/96).
GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
HOLDING_OLDER = (ipaddress.IPv6Network("2001::/32"), ipaddress.IPv6Network("2002::/16"))  # Teredo, 6to4


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect (by number), and the name that was asked for."""

    url: str
    host: str
    host_header: str


def refuse_unlisted(url: str, hosts: Collection[str]) -> None:
    """Before the name is even looked up. What is no address at all is `resolve`'s to refuse."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return
    if host and not _is_listed(host, hosts):
        raise FeedRefused(
            "The feed's server is not one that may be asked. Whoever runs the directory can name it in "
            "DIRECTORY_OUTSIDE_HOSTS."
        )


def _is_listed(host: str, hosts: Collection[str]) -> bool:
    try:
        return wire_form(host) in hosts
    except ValueError:
        return False


async def resolve(url: str, *, allow_private: bool) -> Target:
    """Raises FeedRefused for what is no web address or not found, PrivateAddress for what is in a private network."""
    if len(url) > LONGEST_ADDRESS:
        raise FeedRefused("The feed's address is too long.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FeedRefused("The feed's address is not a web address.") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise FeedRefused("The feed's address must start with http:// or https://.")
    if parts.username is not None or parts.password is not None:
        raise FeedRefused("The feed's address must not hold a name or password.")
    number = await _number_of(parts.hostname, port or PORTS[parts.scheme], allow_private=allow_private)
    host = f"[{number}]" if ":" in number else number
    netloc = host if port is None else f"{host}:{port}"
    named = parts.netloc.rpartition("@")[2]
    return Target(
        urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, "")), parts.hostname, named
    )


async def _number_of(host: str, port: int, *, allow_private: bool) -> str:
    """The first number of a name. One private number among several refuses the name."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FeedRefused("The feed's server was not found.") from error
    numbers = [str(entry[4][0]) for entry in found]
    if not numbers:
        raise FeedRefused("The feed's server was not found.")
    if not allow_private and not all(_is_public(number) for number in numbers):
        raise PrivateAddress
    return numbers[0]


def _is_public(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return _is_public_of_six(address)
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast


def _is_public_of_six(address: ipaddress.IPv6Address) -> bool:
    """Only what is given out, without the blocks in which a number of the older kind hides: it may be a private one."""
    if address not in GIVEN_OUT or any(address in block for block in HOLDING_OLDER):
        return False
    return address.is_global

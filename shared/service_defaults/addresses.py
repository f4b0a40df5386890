"""Addresses in settings: each has a host, and hosts are compared in the one form in which they go over the wire."""

from typing import Annotated

import httpx
from pydantic import AfterValidator, Field

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def wire_form(host: str) -> str:
    """In small letters, other alphabets as xn--, however it was written. Raises ValueError for what is no host."""
    try:
        return _host_in(httpx.URL(scheme="https", host=host))
    except httpx.InvalidURL as error:
        raise ValueError("not the name of a host") from error


def host_of(address: str) -> str:
    """In that form. Raises ValueError for what is no address of a host."""
    try:
        return _host_in(httpx.URL(address))
    except httpx.InvalidURL as error:
        raise ValueError("not an address") from error


def _host_in(url: httpx.URL) -> str:
    found = url.raw_host.decode("ascii")
    if not found or "%" in found:  # by which httpx writes what a host cannot hold
        raise ValueError("no host")
    return found


def is_encrypted_or_here(address: str) -> bool:
    return address.startswith("https://") or host_of(address) in THIS_MACHINE


def _with_a_host(address: str) -> str:
    host_of(address)
    return address


Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$"), AfterValidator(_with_a_host)]

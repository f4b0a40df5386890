"""How often one address may try: token buckets in the process, for sign-in, links that fail and public forms.

In the process and not in the database, so that a flood costs no writes; with several replicas the limit is
that many times as high, which is still far below what guessing needs.
"""

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from fastapi import Request

from shared.security.access_errors import refused
from shared.service_defaults.clock import Clock
from shared.service_defaults.http_errors import KithError
from shared.web.phrases import translatable

MOST_ADDRESSES = 20_000  # remembered at once; the one not seen for longest is forgotten first


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, and so many more each minute."""

    name: str
    burst: int
    per_minute: float


SIGN_IN = Limit("sign-in", burst=20, per_minute=20)
FAILED_LINKS = Limit("failed-links", burst=30, per_minute=15)
PUBLIC_FORMS = Limit("public-forms", burst=40, per_minute=40)
CLIENT_TOKENS = Limit("client-tokens", burst=30, per_minute=30)


class TooOften(KithError):
    status = 429
    slug = "too-often"
    title = translatable("That was too often")
    what_to_do = translatable("Wait a minute, and try again.")
    headers = MappingProxyType({"retry-after": "60"})


class Buckets:
    """One bucket for each limit and address."""

    def __init__(self) -> None:
        self._left: OrderedDict[tuple[str, str], tuple[float, datetime]] = OrderedDict()

    def take(self, limit: Limit, address: str, now: datetime) -> bool:
        """Takes one when it is there."""
        key = (limit.name, address)
        left, since = self._left.get(key, (float(limit.burst), now))
        minutes = max((now - since).total_seconds(), 0.0) / 60
        left = min(left + minutes * limit.per_minute, float(limit.burst))
        enough = left >= 1
        self._left[key] = (left - 1 if enough else left, now)
        self._left.move_to_end(key)
        if len(self._left) > MOST_ADDRESSES:
            self._left.popitem(last=False)
        return enough


def take_or_refuse(request: Request, limit: Limit) -> None:
    """Raises TooOften when the address has used up what this limit allows."""
    address = address_of(request)
    if _is_at_home(request, address):
        return
    clock: Clock = request.app.state.clock
    buckets: Buckets = request.app.state.buckets
    if not buckets.take(limit, address, clock()):
        raise refused(request, TooOften())


def address_of(request: Request) -> str:
    """Who asks, as the edge says (it lets nobody else say it); an IPv6 network counts as one."""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    text = forwarded or (request.client.host if request.client else "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _is_at_home(request: Request, address: str) -> bool:
    """A demonstration drives a whole day from one machine."""
    if not request.app.state.settings.demo_mode or address == "unknown":
        return False
    return ipaddress.ip_network(address).is_private

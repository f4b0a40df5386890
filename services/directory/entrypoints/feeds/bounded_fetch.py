"""GETs what somebody else's server has, within bounds of size, time and hops, at checked addresses only."""

from collections.abc import Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx

from services.directory.domain.errors import FeedRefused
from services.directory.entrypoints.feeds.public_address import Target, refuse_unlisted, resolve
from services.directory.feeds.run import NOTHING_KNOWN, Validators

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PACKINGS = frozenset({"", "identity", "gzip", "deflate"})
LONGEST_VALIDATOR = 500  # characters
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class FeedLimits:
    largest_bytes: int = 50_000_000  # over all answers
    most_pages: int = 1_000
    most_redirects: int = 5
    silence_seconds: float = 10.0  # without a byte
    whole_seconds: float = 300.0  # over all answers
    page_seconds: float = 240.0  # for a page and the full records behind it


class FeedAnswered(FeedRefused):
    """The feed's server answered something else than a page."""

    def __init__(self, status: int) -> None:
        super().__init__(f"The feed's server answered {status}.")
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What came. `body` is None where the server says that it is as it was."""

    body: bytes | None
    validators: Validators = NOTHING_KNOWN


@dataclass
class BoundedFetch:
    """An async context. One client for each name: two names at one number share no connection."""

    limits: FeedLimits
    allow_private: bool
    hosts: Collection[str]
    bytes_read: int = 0
    _clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    _closing: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    async def body(self, url: str) -> bytes:
        """What is behind an address now."""
        answer = await self.answer(url)
        return answer.body or b""

    async def answer(self, url: str, known: Validators = NOTHING_KNOWN, accept: str = JSON) -> Answer:
        """What is behind an address, over its redirects; each hop is checked like the first.

        With `known` validators only if it has changed since.
        """
        seen: set[str] = set()
        for _ in range(self.limits.most_redirects + 1):
            if url in seen:
                raise FeedRefused("The feed redirects in a circle.")
            seen.add(url)
            refuse_unlisted(url, self.hosts)
            target = await resolve(url, allow_private=self.allow_private)
            try:
                found = await self._get(target, known, accept)
            except httpx.TimeoutException as error:
                silence = self.limits.silence_seconds
                raise FeedRefused(f"The feed did not answer within {silence:g} seconds.") from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise FeedRefused("The feed's server cannot be reached.") from error
            if isinstance(found, Answer):
                return found
            url = found.location_from(url)
        raise FeedRefused(f"The feed redirects more than {self.limits.most_redirects} times.")

    async def _get(self, target: Target, known: Validators, accept: str) -> "Answer | _Redirect":
        """Connects to the address that was checked, by its number: the name is not looked up again."""
        client = await self._client_for(target)
        request = client.build_request(
            "GET",
            target.url,
            headers={
                "host": target.host_header,
                "accept": accept,
                "accept-encoding": "identity",
                **_conditions(known),
            },
            extensions={"sni_hostname": target.host},
        )
        response = await client.send(request, stream=True)
        try:
            if response.status_code in REDIRECTS:
                return _Redirect(response.headers.get("location", ""))
            if known and response.status_code == httpx.codes.NOT_MODIFIED:
                return Answer(None, known)
            if response.status_code != httpx.codes.OK:
                raise FeedAnswered(response.status_code)
            _refuse_odd_packing(response)
            return Answer(await self._read(response), _validators_of(response))
        finally:
            await response.aclose()

    async def _read(self, response: httpx.Response) -> bytes:
        """Counts what was unpacked, over all answers together."""
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            self.bytes_read += len(chunk)
            refuse_too_large(self.bytes_read, self.limits)
        return bytes(body)

    async def _client_for(self, target: Target) -> httpx.AsyncClient:
        """No proxy from the environment: the check of the address would be the proxy's to make."""
        if target.host not in self._clients:
            client = httpx.AsyncClient(timeout=httpx.Timeout(self.limits.silence_seconds), trust_env=False)
            self._clients[target.host] = await self._closing.enter_async_context(client)
        return self._clients[target.host]


def _refuse_odd_packing(response: httpx.Response) -> None:
    """Packed once, a piece of what comes unpacks to what can be held; packed twice, it can fill all memory at once."""
    if response.headers.get("content-encoding", "").strip().lower() not in PACKINGS:
        raise FeedRefused("The feed's server packed the feed in a way that is not read.")


def _conditions(known: Validators) -> dict[str, str]:
    """An ETag says more than a time of whole seconds; where there is one, it alone is asked about."""
    if known.etag:
        return {"if-none-match": known.etag}
    return {"if-modified-since": known.last_modified} if known.last_modified else {}


def _validators_of(response: httpx.Response) -> Validators:
    """Those that can be sent back as they came."""
    etag, modified = (_sendable(response.headers.get(name)) for name in ("etag", "last-modified"))
    return Validators(etag, modified)


def _sendable(value: str | None) -> str | None:
    fits = value and len(value) <= LONGEST_VALIDATOR and value.isascii() and value.isprintable()
    return value if fits else None


def refuse_too_large(size: int, limits: FeedLimits) -> None:
    if size > limits.largest_bytes:
        raise FeedRefused(f"The feed is larger than {limits.largest_bytes // 1_000_000} MB.")


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str

    def location_from(self, url: str) -> str:
        if not self.location:
            raise FeedRefused("The feed redirects to nowhere.")
        try:
            return urljoin(url, self.location)
        except ValueError as error:
            raise FeedRefused("The feed redirects to nowhere.") from error

"""The way in for everyone outside: one origin, HTTP only; a browser for people, access tokens for programs."""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self, get_args
from urllib.parse import urljoin
from uuid import uuid4

import httpx

from deploy.demo.html_forms import Page, PageForm, read_page

Client = Literal["demo-gp", "demo-provider", "demo-commissioner", "demo-operator"]
CLIENTS: tuple[Client, ...] = get_args(Client)

TIME_LIMIT = 30.0  # seconds; an answer to full may take five
TRIES_WHEN_BUSY = 5
BEFORE_ITS_END = 60.0  # seconds; so long before its end a token is got anew


class NotAnswered(RuntimeError):
    """The platform said no to something that the demonstration needs. Names route and problem, never a person."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it stands in the mailbox."""

    id: str
    to: str
    subject: str
    text: str
    links: tuple[str, ...]
    times_received: int
    received_at: datetime

    def link_to(self, path: str) -> str | None:
        return next((link for link in self.links if path in link), None)


class OutsideClient:
    """All that the demonstration does to the platform goes through here."""

    def __init__(
        self, url: str, credentials: Mapping[str, str], http: httpx.AsyncClient | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self._credentials = credentials
        self._tokens: dict[Client, tuple[str, float]] = {}
        self._asking: defaultdict[Client, asyncio.Lock] = defaultdict(asyncio.Lock)
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        self._http = http or httpx.AsyncClient(timeout=TIME_LIMIT, limits=limits, follow_redirects=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def call(
        self, client: Client | None, method: str, path: str, body: Any = None, **query: Any
    ) -> Any:
        """A program's request. A body that creates something carries a key, so that asking again is safe."""
        headers = {"Accept": "application/json"}
        if client is not None:
            headers["Authorization"] = f"Bearer {await self.token(client)}"
        if method == "POST":
            headers["Idempotency-Key"] = uuid4().hex
        answer = await self._until_not_busy(
            httpx.Request(method, self.url + path, json=body, headers=headers, params=query or None)
        )
        if answer.status_code >= 400:
            raise NotAnswered(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    async def token(self, client: Client) -> str:
        """An access token for the client's id and secret, kept until shortly before its end."""
        async with self._asking[client]:
            token, until = self._tokens.get(client, ("", 0.0))
            if time.monotonic() >= until:
                asked = time.monotonic()
                answer = await self._new_token(client)
                token, until = answer["access_token"], asked + answer["expires_in"] - BEFORE_ITS_END
                self._tokens[client] = token, until
            return token

    async def _new_token(self, client: Client) -> Any:
        """The directory says that it is ready when its clients are there, so a no is a no."""
        client_id, _, secret = self._credentials[client].partition(":")
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        asked = self._http.build_request("POST", self.url + "/directory/token", data=form)
        answer = await self._until_not_busy(asked)
        if answer.status_code != 200:
            raise NotAnswered(f"POST /directory/token as {client}: {answer.status_code}")
        return answer.json()

    async def _until_not_busy(self, request: httpx.Request) -> httpx.Response:
        """A restart of a process, or a moment of too much to do, is asked again; anything else is an answer."""
        for attempt in range(TRIES_WHEN_BUSY - 1):
            try:
                answer = await self._http.send(request)
            except httpx.TransportError:
                pass
            else:
                if answer.status_code != 503:
                    return answer
            await asyncio.sleep(0.2 * (attempt + 1))
        return await self._http.send(request)

    async def open(self, url: str) -> Page:
        """A person follows a link."""
        answer = await self._http.get(urljoin(self.url, url), headers={"Accept": "text/html"})
        return read_page(str(answer.url), answer.status_code, answer.text)

    async def send(self, page: Page, form: PageForm, fields: Mapping[str, str]) -> Page:
        """A person presses a button. Goes where the answer leads, as a browser does."""
        where = urljoin(page.url, form.action) if form.action else page.url
        answer = await self._http.post(where, data=dict(fields), headers={"Accept": "text/html"})
        if answer.status_code in {302, 303}:
            return await self.open(urljoin(where, answer.headers["location"]))
        return read_page(str(answer.url), answer.status_code, answer.text)

    async def mails(self, *, since: datetime | None = None, to: str = "", limit: int = 100_000) -> list[Mail]:
        """Oldest first."""
        query: dict[str, Any] = {"limit": limit, "to": to}
        if since is not None:
            query["since"] = since.isoformat()
        found = await self.call(None, "GET", "/mailbox/messages.json", **query)
        return [_mail(each) for each in reversed(found)]


def _mail(found: Mapping[str, Any]) -> Mail:
    return Mail(
        id=found["id"],
        to=found["to"][0],
        subject=found["subject"],
        text=found["text"],
        links=tuple(found["links"]),
        times_received=found["times_received"],
        received_at=datetime.fromisoformat(found["received_at"]),
    )


def client_from_environment(environment: Mapping[str, str] | None = None) -> OutsideClient:
    """Where the platform is and the ids and secrets of the demonstration's clients, as `./kith` gives them."""
    found = os.environ if environment is None else environment
    url = found.get("KITH_TEST_URL") or found.get("KITH_URL") or found.get("KITH_PUBLIC_URL")
    variables = {client: f"KITH_CLIENT_{client.upper().replace('-', '_')}" for client in CLIENTS}
    missing = [name for name in variables.values() if not found.get(name)]
    if missing:
        raise NotAnswered(f"{', '.join(missing)} is not set: start this with `./kith demo`")
    return OutsideClient(
        url or "http://localhost:8080", {client: found[name] for client, name in variables.items()}
    )

"""An Open Referral server on the loopback whose records change, that answers conditional requests, and that can be held up."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tests.component.directory.feed_server import http_answer

Record = dict[str, object]
THIN = ("id", "name", "status", "organization", "last_modified")


@dataclass(frozen=True)
class Asked:
    """A request: for what, and whether only for news. `status` is what it was answered."""

    target: str
    conditional: bool
    status: int


@dataclass
class ChangingFeed:
    """`thin`: the list shows little, the rest stands behind /services/{id}. `given` answers targets by exact bytes."""

    records: list[Record]
    per_page: int = 2
    thin: bool = False
    says_total: bool = True
    envelope: Record = field(default_factory=dict)
    given: dict[str, bytes] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    held_at: str | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def hold_at(self, target: str) -> None:
        """Whoever asks for this waits until they are killed."""
        self.held_at = target
        self.reached.clear()

    def since(self) -> list[Asked]:
        """What was asked since the last look."""
        asked, self.asked = self.asked, []
        return asked

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            target = head.split(" ")[1]
            if target == self.held_at:
                self.reached.set()
                await reader.read()
            else:
                writer.write(self._answer(target, _header(head, "if-none-match")))
                await writer.drain()
        with suppress(ConnectionError):
            writer.close()

    def _answer(self, target: str, known: str | None) -> bytes:
        body = self._body(target)
        etag = f'"{hashlib.sha256(body or b"").hexdigest()[:16]}"'
        status = 404 if body is None else 304 if known == etag else 200
        self.asked.append(Asked(target, known is not None, status))
        if target in self.given:
            return self.given[target]
        if body is None:
            return http_answer(b"", status="404 Not Found")
        if status == 304:
            return http_answer(b"", status="304 Not Modified", headers=f"etag: {etag}\r\n")
        return http_answer(body, headers=f"etag: {etag}\r\n")

    def _body(self, target: str) -> bytes | None:
        parts = urlsplit(target)
        if parts.path != "/services":
            found = [each for each in self.records if parts.path == f"/services/{each.get('id')}"]
            return json.dumps(found[0]).encode() if found else None
        number = int(parse_qs(parts.query).get("page", ["1"])[0])
        return json.dumps(self._page(number)).encode()

    def _page(self, number: int) -> Record:
        pages = max(1, -(-len(self.records) // self.per_page))
        shown = self.records[(number - 1) * self.per_page : number * self.per_page]
        contents = [
            {name: each[name] for name in THIN if name in each} if self.thin else each for each in shown
        ]
        page: Record = {
            "total_pages": pages,
            "page_number": number,
            "size": len(shown),
            "first_page": number == 1,
            "last_page": number == pages,
            "empty": not shown,
            "contents": contents,
        }
        return page | ({"total_items": len(self.records)} if self.says_total else {}) | self.envelope


@asynccontextmanager
async def changing_feed(*records: Record, **settings: object) -> AsyncIterator[ChangingFeed]:
    feed = ChangingFeed(list(records), **settings)  # type: ignore[arg-type]  # its own fields
    server = await asyncio.start_server(feed.serve, "127.0.0.1", 0)
    feed.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/services"
    try:
        yield feed
    finally:
        server.close()


def _header(head: str, name: str) -> str | None:
    for line in head.split("\r\n"):
        key, _, value = line.partition(":")
        if key.strip().lower() == name:
            return value.strip()
    return None

"""A live page in short: a mark of what it shows is looked at each second, and the browser is told when it is another.

Pages that show the same share one look; whether somebody may still look is asked for each of them.

What is said is the mark and a count. The browser then asks for the page itself, under the same rights as before.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from fastapi import Request
from starlette.responses import StreamingResponse

from shared.service_defaults.http_errors import KithError
from shared.web.live import LONGEST_SECONDS, LiveEvent, event_stream, last_seen
from shared.web.shared_looks import SharedLooks

CHANGED: Final = "changed"
MOST_STREAMS = 200
MOST_OF_ONE = 2  # a browser has six connections to one address, for all of its pages together


class TooManyStreams(KithError):
    status = 503
    slug = "too-many-streams"
    title = "Too many pages look for news at once"
    what_to_do = "This page still works: load it again to see what is new."
    headers = {"retry-after": "15"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Another one whenever anything of the page is another; `things` is how many there are."""

    value: str
    things: int


@dataclass(frozen=True, slots=True)
class Watched:
    """What a page shows: `what` says all that its look depends on, so whoever shows an equal thing shares it."""

    what: Hashable
    look: Callable[[], Coroutine[Any, Any, Mark]]
    may_look: Callable[[], Awaitable[bool]]


@dataclass
class OpenStreams:
    """How many pages listen, in all and of one person. A place whose stream never began is free when it is over."""

    most: int = MOST_STREAMS
    most_of_one: int = MOST_OF_ONE
    _looks: SharedLooks[Mark] = field(default_factory=SharedLooks)
    _ends: defaultdict[Hashable, dict[object, float]] = field(default_factory=lambda: defaultdict(dict))

    def open(self, request: Request, who: Hashable, watched: Watched) -> StreamingResponse:
        """Raises TooManyStreams."""
        place = self._take(who)
        return event_stream(
            self._told(who, place, watched, last_seen(request) or request.query_params.get("seen"))
        )

    def _take(self, who: Hashable) -> object:
        now = asyncio.get_running_loop().time()
        for each, places in list(self._ends.items()):
            self._ends[each] = {place: ends for place, ends in places.items() if ends > now}
            if not self._ends[each]:
                del self._ends[each]
        if (
            sum(map(len, self._ends.values())) >= self.most
            or len(self._ends.get(who, ())) >= self.most_of_one
        ):
            raise TooManyStreams
        place = uuid4()
        self._ends[who][place] = now + LONGEST_SECONDS
        return place

    async def _told(
        self, who: Hashable, place: object, watched: Watched, seen: str | None
    ) -> AsyncIterator[LiveEvent]:
        began = asyncio.get_running_loop().time()
        try:
            while await watched.may_look():
                # An older look than the page itself would take back what the page shows.
                looked = await self._looks.at(watched.what, watched.look, began)
                if looked.found.value != seen:
                    seen = looked.found.value
                    yield LiveEvent(str(looked.found.things), name=CHANGED, id=seen)
                await looked.pause()
        finally:
            self._ends[who].pop(place, None)

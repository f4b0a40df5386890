"""A live page in short: a mark of what it shows is looked at each second, and the browser is told when it is another.

What is said is the mark and a count. The browser then asks for the page itself, under the same rights as before.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from fastapi import Request
from starlette.responses import StreamingResponse

from shared.service_defaults.http_errors import KithError
from shared.web.live import LONGEST_SECONDS, LiveEvent, event_stream, last_seen

CHANGED: Final = "changed"
EACH_SECONDS = 1.0
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


Look = Callable[[], Awaitable[Mark | None]]
"""What stands now; None for whoever may not look any more."""


@dataclass
class OpenStreams:
    """How many pages listen, in all and of one person. A place whose stream never began is free when it is over."""

    most: int = MOST_STREAMS
    most_of_one: int = MOST_OF_ONE
    _ends: defaultdict[Hashable, dict[object, float]] = field(default_factory=lambda: defaultdict(dict))

    def open(self, request: Request, who: Hashable, look: Look) -> StreamingResponse:
        """Raises TooManyStreams."""
        place = self._take(who)
        return event_stream(
            self._told(who, place, look, last_seen(request) or request.query_params.get("seen"))
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
        self, who: Hashable, place: object, look: Look, seen: str | None
    ) -> AsyncIterator[LiveEvent]:
        try:
            while (mark := await look()) is not None:
                if mark.value != seen:
                    seen = mark.value
                    yield LiveEvent(str(mark.things), name=CHANGED, id=seen)
                await asyncio.sleep(EACH_SECONDS)
        finally:
            self._ends[who].pop(place, None)

"""Answers that are long: so many at once, and so many of one address, that slow readers cost neither memory nor others' turn."""

from collections import Counter
from collections.abc import Awaitable, Callable

from fastapi import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.security.rate_limits import address_of
from shared.service_defaults.http_errors import Problem, problem_response

MOST_AT_ONCE = 24
MOST_OF_AN_ADDRESS = 4
TOO_MANY = Problem(
    503,
    "too-many-long-answers",
    "Too many are reading the whole list right now",
    "Try again in a minute, or ask for pages.",
    headers={"retry-after": "30"},
)


class LongAnswers:
    """One a process."""

    def __init__(self, most: int = MOST_AT_ONCE, most_of_an_address: int = MOST_OF_AN_ADDRESS) -> None:
        self._most, self._most_of_an_address = most, most_of_an_address
        self._under_way: Counter[str] = Counter()

    def of(self, request: Request, make: Callable[[], Awaitable[Response]]) -> Response:
        """The answer that `make` gives, which is asked for once it has a place; 503 where there is none."""
        return _LongAnswer(self, request, make)

    def take(self, address: str) -> bool:
        if self._under_way.total() >= self._most or self._under_way[address] >= self._most_of_an_address:
            return False
        self._under_way[address] += 1
        return True

    def give_back(self, address: str) -> None:
        self._under_way[address] -= 1
        if not self._under_way[address]:
            del self._under_way[address]


class _LongAnswer(Response):
    """Holds its place from the first byte to the last, also where whoever reads goes away."""

    def __init__(
        self, places: LongAnswers, request: Request, make: Callable[[], Awaitable[Response]]
    ) -> None:
        super().__init__()
        self._places, self._request, self._make = places, request, make
        self._given = len(self.raw_headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = address_of(self._request)
        if not self._places.take(address):
            await problem_response(self._request, TOO_MANY)(scope, receive, send)
            return
        try:
            answer = await self._make()
            answer.raw_headers.extend(
                self.raw_headers[self._given :]
            )  # what others have added, such as cookies
            await answer(scope, receive, send)
        finally:
            self._places.give_back(address)

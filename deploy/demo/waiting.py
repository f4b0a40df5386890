"""Waits for a condition (the platform answers now, the rest follows by events), or for several things at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Found = TypeVar("Found")

LOOK_EVERY_SECONDS = 0.2
AT_ONCE = 6


class DidNotHappen(TimeoutError):
    """Something that had to follow did not, in the time that it had."""


async def until(
    condition: Callable[[], Awaitable[Found | None]], what: str, *, within: float = 30.0
) -> Found:
    """What the condition gives as soon as that is something true."""
    deadline = time.monotonic() + within
    while True:
        found = await condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise DidNotHappen(f"{what} did not happen within {within:.0f} seconds")
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def a_few_at_once(work: Iterable[Awaitable[Found]]) -> list[Found]:
    """All of it, with a few under way at any time; what each gives, in the order of `work`."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(each: Awaitable[Found]) -> Found:
        async with gate:
            return await each

    return list(await asyncio.gather(*map(one, work)))

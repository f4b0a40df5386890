"""Waits for a condition: the platform answers now, and the rest follows by events."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")

LOOK_EVERY_SECONDS = 0.2


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

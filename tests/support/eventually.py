"""Waits for a condition instead of sleeping for a guess."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

Found = TypeVar("Found")


@overload
async def eventually(
    predicate: Callable[[], Awaitable[Found]], *, within: float = 10.0, every: float = 0.02, because: str = ""
) -> Found: ...


@overload
async def eventually(
    predicate: Callable[[], Found], *, within: float = 10.0, every: float = 0.02, because: str = ""
) -> Found: ...


async def eventually(
    predicate: Callable[[], Any], *, within: float = 10.0, every: float = 0.02, because: str = ""
) -> Any:
    """Returns the first truthy value. An AssertionError in the predicate counts as "not yet" and is told at the end."""
    deadline = time.monotonic() + within
    last: object = None
    while True:
        try:
            found = predicate()
            value = await found if inspect.isawaitable(found) else found
            if value:
                return value
            last = value
        except AssertionError as not_yet:
            last = not_yet
        if time.monotonic() > deadline:
            what = because or getattr(predicate, "__name__", "the condition")
            raise AssertionError(f"not within {within:g} s: {what}; last seen: {last!r}")
        await asyncio.sleep(every)

"""A step that works on one thing while its caller fetches the next."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Work = TypeVar("Work")


class StepCancelled(RuntimeError):
    """The step was cancelled though nobody asked it to finish."""


class OneAtATime(Generic[Work]):
    """Hands work over, in order, to a step that may still be busy with what came before.

    The first failure is told to `on_failure` and stops the step for good: nothing that follows is done.
    """

    def __init__(
        self, step: Callable[[Work], Awaitable[None]], on_failure: Callable[[Exception], None]
    ) -> None:
        self._step = step
        self._on_failure = on_failure
        self._free = asyncio.Lock()
        self._under_way: asyncio.Task[None] | None = None
        self._stopped = False

    async def hand_over(self, work: Work) -> bool:
        """Returns once the step has begun with this. False: the step has stopped, and the work is not done."""
        await self._free.acquire()
        if self._stopped:
            self._free.release()
            return False
        self._under_way = asyncio.create_task(self._do(work))
        return True

    async def finish(self, within: float) -> None:
        """Takes no more, and gives what is under way that many seconds before it is cancelled."""
        self._stopped = True
        if self._under_way is None:
            return
        _, still_going = await asyncio.wait([self._under_way], timeout=within)
        if still_going:
            self._under_way.cancel()
            await asyncio.wait(still_going, timeout=within)

    async def _do(self, work: Work) -> None:
        try:
            await self._step(work)
        except asyncio.CancelledError:
            # A step that cancels itself has failed like any other: going on would leave its work out.
            self._fail(StepCancelled(), unless_finishing=True)
            raise
        except Exception as failure:  # noqa: BLE001  a process edge: the owner decides, and nothing goes past it
            self._fail(failure)
        finally:
            self._free.release()

    def _fail(self, failure: Exception, *, unless_finishing: bool = False) -> None:
        if not (unless_finishing and self._stopped):
            self._on_failure(failure)
        self._stopped = True

"""One look a second for all who watch the same thing, however many they are."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

Found = TypeVar("Found")

EACH_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Looked(Generic[Found]):
    """What was found, and when it is time to look again, by the loop's clock."""

    found: Found
    again_at: float

    async def pause(self) -> None:
        """Whoever watches the same is back at the same moment, so that nobody hears of it later than by a look of their own."""
        await asyncio.sleep(max(0.0, self.again_at - asyncio.get_running_loop().time()))


@dataclass
class SharedLooks(Generic[Found]):
    """The newest look at each thing. It goes on when whoever began it leaves: others may wait for it."""

    _newest: dict[Hashable, tuple[float, asyncio.Task[Found]]] = field(default_factory=dict)

    async def at(
        self, what: Hashable, look: Callable[[], Coroutine[Any, Any, Found]], since: float
    ) -> Looked[Found]:
        """What stood at most a second ago, and not before `since`: who comes later waits for the next look.

        `what` says all that `look` depends on.
        """
        loop = asyncio.get_running_loop()
        while (newest := self._newest.get(what)) and (again_at := newest[0] + EACH_SECONDS) > loop.time():
            if newest[0] >= since:
                break
            await asyncio.sleep(again_at - loop.time())
        else:
            self._forget_all_before(loop.time() - EACH_SECONDS)
            newest = self._newest[what] = loop.time(), asyncio.ensure_future(look())
        began, task = newest
        return Looked(await asyncio.shield(task), began + EACH_SECONDS)

    def _forget_all_before(self, moment: float) -> None:
        self._newest = {what: each for what, each in self._newest.items() if each[0] > moment}

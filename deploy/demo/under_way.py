"""What the platform itself still has to do, as its log tells."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from deploy.demo.log_reader import LogReader
from deploy.demo.log_records import Fault, each_once
from deploy.demo.loss_rules import lost
from deploy.demo.waiting import DidNotHappen, until


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Whatever was begun and has not led to its next step, but for what stood so before."""

    reader: LogReader
    before: frozenset[Fault] = frozenset()

    @classmethod
    async def once_at_rest(cls, reader: LogReader) -> Self:
        """Lets what was begun earlier come to its end; what does not was lost then, and is no matter of today's."""
        everything = cls(reader)

        async def nothing() -> bool:
            return not await everything.now()

        with suppress(DidNotHappen):
            await until(nothing, "an end of what was begun earlier")
        return cls(reader, frozenset(await everything.now()))

    async def now(self) -> set[Fault]:
        return set(lost(each_once(await self.reader.read_on()))) - self.before

"""What the platform itself still has to do, as its log tells."""

from dataclasses import dataclass
from typing import Self

from deploy.demo.log_reader import LogReader
from deploy.demo.log_records import Fault, each_once
from deploy.demo.loss_rules import lost


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Whatever was begun and has not led to its next step, but for what stood so before."""

    reader: LogReader
    before: frozenset[Fault] = frozenset()

    @classmethod
    async def from_now(cls, reader: LogReader) -> Self:
        return cls(reader, frozenset(await cls(reader).now()))

    async def now(self) -> set[Fault]:
        return set(lost(each_once(await self.reader.read_on()))) - self.before

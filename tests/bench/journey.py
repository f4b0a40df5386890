"""`./kith bench journey`: how long from a GP's POST to a place held or a place in line, and how many a second.

Open loop: referrals start on time whether or not those before them are answered, and each one's wait counts from
when it was due. 20 a second, 50 a second, then a ladder until the platform no longer keeps up. Times are those of
the events in the log. Afterwards the independent checker reads everything: a bench that lost somebody has failed.
"""

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import median
from typing import Any
from uuid import uuid4

from deploy.demo.arrivals import REFERRALS
from deploy.demo.checker import check_at_rest
from deploy.demo.latencies import ANSWERS, Latencies
from deploy.demo.log_reader import LogReader
from deploy.demo.log_records import of_type
from deploy.demo.outside_client import NotAnswered, OutsideClient
from deploy.demo.people import Invented, Person
from deploy.demo.plan import BOROUGHS, COMMON_NEEDS
from deploy.demo.spaces import Providers, read_directory
from deploy.demo.waiting import DidNotHappen, until
from tests.bench.cpu_use import cpu_seconds, each_ms
from tests.bench.wrong_result import WrongResult

WARM_UP = (20.0, 6.0)  # referrals a second, seconds
STEPS = ((20.0, 15.0), (50.0, 15.0))
LADDER = (70.0, 90.0, 120.0, 150.0, 200.0)
DOWNWARDS = (10.0, 5.0)
LADDER_SECONDS = 8.0
LIMIT_MS = 1000.0
DRAINED_WITHIN = 20.0  # seconds
REST_WITHIN = 45.0


@dataclass(frozen=True, slots=True)
class Step:
    """One rate, held for some seconds. A backlog grows where the later half waits far longer than the earlier."""

    rate: float
    sent: int
    seconds: float
    waits_ms: Sequence[float]
    cpu_ms_each: Mapping[str, float]

    @property
    def latencies(self) -> Latencies:
        return Latencies(self.waits_ms)

    @property
    def backlog_grew(self) -> bool:
        half = len(self.waits_ms) // 2
        return median(self.waits_ms[half:]) > 2 * median(self.waits_ms[:half]) + 200

    @property
    def sustained(self) -> bool:
        p99 = self.latencies.percentile(0.99)
        return p99 is not None and p99 <= LIMIT_MS and not self.backlog_grew

    def in_words(self) -> str:
        waits = self.latencies.as_json()
        cpu = ", ".join(f"{name} {spent}" for name, spent in self.cpu_ms_each.items())
        return (
            f"{self.rate:.0f}/s ({self.sent} in {self.seconds:.1f} s): p50 {waits['p50']} ms, "
            f"p99 {waits['p99']} ms; processor ms a referral: {cpu}"
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "rate_per_s": self.rate,
            "sent": self.sent,
            "seconds": round(self.seconds, 1),
            "sent_per_s": round(self.sent / self.seconds, 1),
            **{
                f"{name}_ms" if name != "n" else name: value
                for name, value in self.latencies.as_json().items()
            },
            "backlog_grew": self.backlog_grew,
            "sustained": self.sustained,
            "cpu_ms_a_referral": dict(self.cpu_ms_each),
        }


class Load:
    """Sends people at a rate and reads from the log when each had an answer."""

    def __init__(self, client: OutsideClient, reader: LogReader) -> None:
        self._client, self._reader = client, reader
        self._invented = Invented(seed=1, run=uuid4().hex[:8])
        self._number = count()
        self.sent = 0
        self._read = 0

    async def step(self, rate: float, seconds: float) -> Step:
        people = [self._somebody() for _ in range(round(rate * seconds))]
        used = cpu_seconds()
        began, wall = time.monotonic(), datetime.now(UTC)
        posts = []
        for number, person in enumerate(people):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            posts.append(asyncio.create_task(self._post(person)))
        ids = await asyncio.gather(*posts)
        took = time.monotonic() - began
        self.sent += len(ids)
        due = {each: wall + timedelta(seconds=number / rate) for number, each in enumerate(ids)}
        waits = await self._waits(due)
        step = Step(rate, len(ids), took, waits, each_ms(used, cpu_seconds(), len(ids)))
        print(f"  {step.in_words()}", file=sys.stderr, flush=True)
        return step

    async def _post(self, person: Person) -> str:
        answer = await self._client.call("demo-gp", "POST", REFERRALS, person.as_gp_referral())
        return str(answer["referral_id"])

    async def _waits(self, due: dict[str, datetime]) -> list[float]:
        """In the order in which they were due, milliseconds; every one of them, or WrongResult."""
        first: dict[str, datetime] = {}

        async def answered() -> dict[str, datetime] | None:
            records = await self._reader.read_on()
            new, self._read = records[self._read :], len(records)
            for answer in of_type(new, *ANSWERS):
                if answer["referral_id"] in due:
                    known = first.setdefault(answer["referral_id"], answer.time)
                    first[answer["referral_id"]] = min(known, answer.time)
            return first if len(first) == len(due) else None

        try:
            await until(answered, "an answer to every referral", within=DRAINED_WITHIN)
        except DidNotHappen as error:
            raise WrongResult(str(error)) from error
        return [(first[each] - since).total_seconds() * 1000 for each, since in due.items()]

    def _somebody(self) -> Person:
        number = next(self._number)
        area = list(BOROUGHS)[number % len(BOROUGHS)]
        return self._invented.someone(door="gp", area=area, needs=[COMMON_NEEDS[number % len(COMMON_NEEDS)]])


async def measure(client: OutsideClient, kafka: str) -> dict[str, Any]:
    """Figures as JSON-ready values; raises WrongResult where a referral was not answered, or somebody was lost."""
    providers = Providers(client, await read_directory(client))
    await until(lambda: _every_pool_known(providers), "a pool for every service")
    await providers.open_everything()
    async with LogReader(kafka) as reader:
        load = Load(client, reader)
        try:
            await load.step(*WARM_UP)
            steps = [await load.step(*each) for each in STEPS]
            steps += await climb(load, steps)
        except NotAnswered as error:
            raise WrongResult(str(error)) from error
        findings = await check_at_rest(reader, within_seconds=REST_WITHIN)
    if not findings.clean:
        raise WrongResult(f"the checker found {findings.counts()}: {findings.kinds()}")
    return figures(steps, load.sent, findings.events)


async def _every_pool_known(providers: Providers) -> bool:
    return all([await providers.pools_of(service_id) for service_id in providers.services])


async def climb(load: Load, steps: Sequence[Step]) -> list[Step]:
    """Up from the highest rate that held, or down from the lowest where none did."""
    climbed: list[Step] = []
    if steps[-1].sustained:
        for rate in LADDER:
            climbed.append(await load.step(rate, LADDER_SECONDS))
            if not climbed[-1].sustained:
                break
    elif not steps[0].sustained:
        for rate in DOWNWARDS:
            climbed.append(await load.step(rate, LADDER_SECONDS))
            if climbed[-1].sustained:
                break
    return climbed


def figures(steps: Sequence[Step], sent: int, events: int) -> dict[str, Any]:
    at_20, at_50 = steps[0], steps[1]
    best = max((step for step in steps if step.sustained), key=lambda each: each.rate, default=None)
    return {
        "journey_p99_ms": at_20.latencies.percentile(0.99),
        "journey_p50_ms": at_20.latencies.percentile(0.5),
        "journey_p99_ms_at_50_per_s": at_50.latencies.percentile(0.99),
        "journey_sustained_per_s": round(best.sent / best.seconds, 1) if best else 0,
        "sustained_numerator_referrals": best.sent if best else 0,
        "sustained_denominator_seconds": round(best.seconds, 1) if best else 0,
        "limit_ms": LIMIT_MS,
        "referrals": sent,
        "events": events,
        "lost": 0,
        "steps": [step.as_json() for step in steps],
    }

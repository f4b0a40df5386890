"""The independent checker: reads the whole log and says what should not have happened.

It parses the JSON itself and shares no code with the services or with `shared`, so that a mistake of theirs cannot
hide itself here. `python -m deploy.demo.checker` prints its findings on the system that is running.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deploy.demo import loss_rules, place_rules
from deploy.demo.log_reader import LogReader
from deploy.demo.log_records import Fault, LogRecord, each_once
from deploy.demo.place_rules import Acknowledged

LOOK_EVERY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Findings:
    """What the log shows. All three lists are empty in a system that keeps its word."""

    events: int
    over_allocated: Sequence[Fault]
    after_full: Sequence[Fault]
    lost: Sequence[Fault]
    repeated: Sequence[Fault] = ()

    @property
    def clean(self) -> bool:
        return not (self.over_allocated or self.after_full or self.lost or self.repeated)

    def counts(self) -> dict[str, int]:
        return {
            "over_allocated": len(self.over_allocated),
            "after_full": len(self.after_full),
            "lost": len(self.lost),
            "repeated_messages": len(self.repeated),
        }

    def kinds(self) -> dict[str, int]:
        faults = (*self.over_allocated, *self.after_full, *self.lost, *self.repeated)
        return dict(sorted(Counter(fault.kind for fault in faults).items()))


def check(records: Iterable[LogRecord], acknowledged: Iterable[Acknowledged] = ()) -> Findings:
    """Judges a whole log. `acknowledged`: the fulls that providers heard back, as whoever heard them noted."""
    log = each_once(records)
    return Findings(
        events=len(log),
        over_allocated=place_rules.over_allocated(log),
        after_full=place_rules.after_full(log, acknowledged),
        lost=loss_rules.lost(log),
        repeated=loss_rules.repeated_messages(log),
    )


async def check_at_rest(
    reader: LogReader, acknowledged: Sequence[Acknowledged] = (), *, within_seconds: float = 30.0
) -> Findings:
    """Waits until nothing is under way any more, or until it has waited long enough to call it lost."""
    deadline = time.monotonic() + within_seconds
    while True:
        findings = check(await reader.read_on(), acknowledged)
        if not findings.lost or time.monotonic() > deadline:
            return findings
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def check_when_still(reader: LogReader, *, still_for: float, within_seconds: float) -> Findings:
    """For a system that will never come to rest: waits until the log and its counts have stood still for a while.

    On a busy machine what is late would count as lost, so only a log to which nothing comes any more is judged.
    """
    deadline = time.monotonic() + within_seconds
    findings, since = check(await reader.read_on()), time.monotonic()
    while time.monotonic() - since < still_for and time.monotonic() < deadline:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        newer = check(await reader.read_on())
        if (newer.events, newer.kinds()) != (findings.events, findings.kinds()):
            since = time.monotonic()
        findings = newer
    return findings


async def check_running_system(within_seconds: float) -> Findings:
    async with LogReader(os.environ["KITH_KAFKA"]) as reader:
        return await check_at_rest(reader, within_seconds=within_seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.demo.checker", description=__doc__)
    parser.add_argument("--within", type=float, default=10.0, help="seconds to let the system come to rest")
    wait = parser.parse_args(arguments).within
    findings = asyncio.run(check_running_system(wait))
    print(json.dumps({"events": findings.events, **findings.counts(), "kinds": findings.kinds()}, indent=2))
    return 0 if findings.clean else 1


if __name__ == "__main__":
    sys.exit(main())

"""`./kith bench NAME [--json]`: measures, checks its own result, prints what it measured."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from deploy.demo.outside_client import client_from_environment
from deploy.local.errors import StartFailed
from tests.bench import (
    audit,
    consume,
    duplicates,
    full,
    journey,
    match,
    postcodes,
    reallocate,
    relay,
    reserve,
    row_security,
    search,
    waiting,
)
from tests.bench.bench_system import on_a_whole_system, on_servers
from tests.bench.wrong_result import WrongResult

BENCHES = (
    "relay",
    "consume",
    "journey",
    "rows",
    "audit",
    "postcodes",
    "search",
    "duplicates",
    "match",
    "reserve",
    "full",
    "reallocate",
    "waiting",
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./kith bench", description=__doc__)
    parser.add_argument("bench", choices=BENCHES)
    parser.add_argument("--json", action="store_true", help="the figures as JSON alone")
    chosen = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        found = run(chosen.bench)
    except WrongResult as wrong:
        print(f"kith bench: the result is wrong: {wrong}", file=sys.stderr)
        return 1
    except StartFailed as failed:
        print(failed.one_line(), file=sys.stderr)
        return 1
    print(json.dumps(found, indent=2) if chosen.json else in_words(found))
    return 0


def run(bench: str) -> dict[str, Any]:
    if bench == "journey":
        return on_a_whole_system(measure_journey)
    if bench == "postcodes":
        return postcodes.measure()
    if bench == "duplicates":
        return duplicates.measure()
    if bench == "match":
        return match.measure()
    if bench == "reallocate":
        return reallocate.measure()
    measures = {
        "relay": relay.measure,
        "consume": consume.measure,
        "rows": row_security.measure,
        "audit": audit.measure,
        "search": search.measure,
        "reserve": reserve.measure,
        "waiting": waiting.measure,
        "full": full.measure,
    }
    return on_servers(measures[bench])


async def measure_journey(environment: Mapping[str, str]) -> dict[str, Any]:
    async with client_from_environment(environment) as client:
        return await journey.measure(client, environment["KITH_KAFKA"])


def in_words(found: Mapping[str, Any]) -> str:
    return "\n".join(f"{name:<34} {value}" for name, value in found.items())


if __name__ == "__main__":
    sys.exit(main())

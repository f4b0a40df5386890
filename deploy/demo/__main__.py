"""`./kith demo`: a whole day of Kith, driven from outside, with the independent checker at the end."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence

import httpx

from deploy.demo.day import Day
from deploy.demo.log_reader import LogReader
from deploy.demo.outside_client import NotAnswered, client_from_environment
from deploy.demo.plan import FEWEST
from deploy.demo.report import Report
from deploy.demo.story import Story
from deploy.demo.waiting import DidNotHappen

BREAKS = ("double-grant", "late-hold", "drop-event")


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = parse(arguments)
    if chosen.without:
        from deploy.demo.broken import show_that_it_is_noticed

        return show_that_it_is_noticed(chosen.without, as_json=chosen.json)
    try:
        report = asyncio.run(drive(chosen))
    except (NotAnswered, DidNotHappen) as error:
        print(f"kith demo: {error}", file=sys.stderr)
        return 1
    except httpx.TransportError:
        print("kith demo: nothing answers. `./kith up` starts Kith; then run this again.", file=sys.stderr)
        return 1
    if chosen.json:
        print(json.dumps(report.as_json(), indent=2))
    else:
        print(
            f"\n{'All is as it should be' if report.ok else 'Something is WRONG'} ({report.seconds:.0f} s)."
        )
    return 0 if report.ok else 1


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./kith demo", description=__doc__)
    parser.add_argument(
        "--referrals", type=at_least(FEWEST), default=60, metavar="N", help="how many people (default 60)"
    )
    parser.add_argument(
        "--rate", type=float, metavar="PER_S", help="referrals a second; without it, a few at once"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, other people (default 1)")
    parser.add_argument("--json", action="store_true", help="figures instead of the story")
    parser.add_argument(
        "--break", dest="without", choices=BREAKS, metavar="|".join(BREAKS),
        help="start a second system without one safeguard, and show that the checker notices",
    )  # fmt: skip
    return parser.parse_args(arguments)


def at_least(fewest: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < fewest:
            raise argparse.ArgumentTypeError(f"a number from {fewest} up")
        return int(text)

    return number


async def drive(chosen: argparse.Namespace) -> Report:
    async with client_from_environment() as client, LogReader(os.environ["KITH_KAFKA"]) as reader:
        day = Day(client, reader, Story(quiet=chosen.json), chosen.referrals, chosen.seed, chosen.rate)
        return await day.run()


if __name__ == "__main__":
    sys.exit(main())

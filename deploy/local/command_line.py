"""What `./kith` accepts. Standard library only: it is read before any package is installed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

SERVICES = ("directory", "capacity", "referral", "outcomes", "notify")
LOGS = (
    *SERVICES,
    "edge",
    "mailbox",
    "spans",
    "checker",
    "kafka",
    "postgres",
    "provision",
    "load",
    "supervisor",
)
LEVELS = ("unit", "contract", "architecture", "component", "resilience", "scenarios", "browser")
EXTRA_LEVELS = ("campaign",)

PASSED_ON = {
    "bench": "measure: ./kith bench NAME [--json]; ./kith bench --help names them",
    "simulate": "a year of a borough in simulated time: ./kith simulate --help",
    "demo": "drive the whole journey over HTTP and show what happened",
    "load": "load a directory feed: ./kith load directory FILE_OR_URL [--json]",
    "trace": "print one referral's journey as a tree: ./kith trace REFERRAL_ID",
    "audit": "check who read or wrote whose record: ./kith audit verify [--area CODE] [--keys FILE] [--json]",
    "check": "look whether anybody has fallen out: ./kith check [--json]",
    "dlq": "dead letters: ./kith dlq list|show|replay|drop",
}

HELP = """\
Kith: social prescribing that closes the loop.

  ./kith up                 set up what is missing, start everything, load the London sample
      --detach              give the shell back once it is ready
      --split               a process for HTTP and one for the worker of each service
      --verbose             say how long each step took
  ./kith set-up             only fetch what is missing, start nothing (--dev: what the tests need, too)
  ./kith status             what is running, and where
  ./kith logs SERVICE [-f]  a log; -f follows it
  ./kith down               stop everything
  ./kith reset              stop, and throw away all data (asks first; --yes does not)

  ./kith demo               drive the whole journey over HTTP and show what happened
  ./kith load directory X   load a directory feed (a file or an address)
  ./kith trace REFERRAL_ID  one referral's journey through all services
  ./kith dlq list           dead letters: list, show, replay, drop
  ./kith check              has anybody fallen out: what the checker sees now; --json
  ./kith audit verify       is the audit trail as it was written: --area CODE, --keys FILE, --json
  ./kith bench NAME         measure: relay, consume, journey, search, match, reserve, full …; --help names all
  ./kith simulate           waits and unmet needs of a simulated year; compare two policies, or so many places more
  ./kith env SERVICE        the settings of a service as shell exports

  ./kith test [LEVEL ...]   run the tests; levels: {levels}
                            and `campaign`, the long ones; `component/capacity` runs one part;
                            what follows `--` goes to pytest

Settings, by environment: KITH_PORT (8080), KITH_BASE_PORT (18000), KITH_KAFKA and KITH_POSTGRES (use these servers
instead of own ones), KITH_OTLP (send traces there), KITH_PUBLIC_URL, KITH_PYTHON (the Python to use).
""".format(levels=" ".join(LEVELS))


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage block."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"kith: {message}. See `./kith help`.\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    if arguments and arguments[0] in PASSED_ON:
        return argparse.Namespace(command=arguments[0], arguments=list(arguments[1:]))
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        return argparse.Namespace(command="help")
    own, _, for_pytest = _split_at_dashes(arguments)
    parsed = build_parser().parse_args(own)
    parsed.pytest_arguments = for_pytest
    return parsed


def build_parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="kith", add_help=True)
    commands = parser.add_subparsers(dest="command", required=True, parser_class=OneLineParser)
    up = commands.add_parser("up", help="set up what is missing and start everything")
    up.add_argument("--detach", action="store_true", help="give the shell back once it is ready")
    up.add_argument(
        "--split", action="store_true", help="HTTP and worker of each service in processes of their own"
    )
    up.add_argument("--verbose", action="store_true", help="say how long each step took")
    set_up = commands.add_parser("set-up", help="fetch what is missing, start nothing")
    set_up.add_argument("--dev", action="store_true", help="with what the tests need")
    commands.add_parser("down", help="stop everything")
    status = commands.add_parser("status", help="what is running, and where")
    status.add_argument("--json", action="store_true")
    logs = commands.add_parser("logs", help="print a log")
    logs.add_argument("service", choices=LOGS)
    logs.add_argument("-f", "--follow", action="store_true")
    logs.add_argument(
        "-n", "--lines", type=int, default=200, help="how many lines from the end (default 200)"
    )
    reset = commands.add_parser("reset", help="stop and throw away all data")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    env = commands.add_parser("env", help="a service's settings as shell exports")
    env.add_argument("service", choices=SERVICES)
    env.add_argument("--secrets", action="store_true", help="with the passwords and keys")
    test = commands.add_parser("test", help="run the tests")
    test.add_argument(
        "levels", nargs="*", metavar="LEVEL", type=test_level, help=" ".join(LEVELS + EXTRA_LEVELS)
    )
    return parser


def test_level(text: str) -> str:
    if text.removeprefix("tests/").split("/")[0] not in LEVELS + EXTRA_LEVELS:
        raise argparse.ArgumentTypeError(
            f"there is no test level {text!r}: {', '.join(LEVELS + EXTRA_LEVELS)}"
        )
    return text.removeprefix("tests/").rstrip("/")


def _split_at_dashes(arguments: Sequence[str]) -> tuple[list[str], str, list[str]]:
    if "--" not in arguments:
        return list(arguments), "", []
    position = list(arguments).index("--")
    return list(arguments[:position]), "--", list(arguments[position + 1 :])

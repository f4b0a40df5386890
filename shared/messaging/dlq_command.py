"""`./kith dlq list|show|replay|drop`: what was put aside in any service's database, and what to do with it.

Replay goes to the one consumer that failed. Events parked behind a dead one of their key follow by themselves
once it is handled or dropped.
"""

import argparse
import asyncio
import json
import os
import sys

import asyncpg

from shared.messaging.deferred_events import finish

SERVICES = ("directory", "capacity", "referral", "outcomes", "notify")

LIST = """
SELECT id, status, consumer, event_type, reason, attempts, deferred_at,
    CASE WHEN status = 'dead' AND order_key IS NOT NULL THEN (
        SELECT count(*) FROM deferred_events AS behind
        WHERE behind.consumer = deferred_events.consumer AND behind.order_key = deferred_events.order_key
          AND behind.status = 'parked') ELSE 0 END AS waiting_behind
FROM deferred_events WHERE $1 OR status = 'dead' ORDER BY id
"""
SHOW = "SELECT * FROM deferred_events WHERE id = $1"
# One that has an earlier one of its key before it waits for that, as it would have at first.
REPLAY = """
UPDATE deferred_events SET attempts = 0, due_at = now(), status = CASE WHEN EXISTS (
    SELECT FROM deferred_events AS earlier
    WHERE earlier.consumer = deferred_events.consumer AND earlier.order_key = deferred_events.order_key
      AND earlier.id < deferred_events.id) THEN 'parked' ELSE 'retry' END
WHERE status = 'dead' AND ($1::bigint IS NULL OR id = $1) RETURNING id
"""
DEAD = "SELECT id FROM deferred_events WHERE status = 'dead' AND id = $1 FOR UPDATE"


class NotThere(Exception):
    """The message says what was looked for and what to do."""


def main() -> int:
    """Exit 0 when done, 1 when there is no such dead letter, 2 on a wrong call."""
    arguments = _parser().parse_args()
    try:
        asyncio.run(_run(arguments))
    except NotThere as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./kith dlq", description="Events that could not be handled.")
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="dead letters of all services")
    listing.add_argument("--all", action="store_true", help="also what is retried or parked")
    for name, text in (
        ("show", "everything that is known of one"),
        ("replay", "hand one (or all of a service) to its consumer again"),
        ("drop", "give one up for good"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument(
            "letter", help="SERVICE/ID as `list` shows it" + ", or SERVICE" * (name == "replay")
        )
    return parser


async def _run(arguments: argparse.Namespace) -> None:
    if arguments.command == "list":
        await _list(everything=arguments.all)
        return
    service, _, number = arguments.letter.partition("/")
    if service not in SERVICES or not (number.isdigit() or (not number and arguments.command == "replay")):
        raise NotThere(f"{arguments.letter} is not SERVICE/ID. `./kith dlq list` shows what there is.")
    connection = await asyncpg.connect(_dsn(service))
    try:
        done = await _act(connection, arguments.command, int(number) if number else None)
    finally:
        await connection.close()
    if not done:
        raise NotThere(f"There is no dead letter {arguments.letter}. `./kith dlq list` shows what there is.")
    print("\n".join(done))


async def _act(
    connection: "asyncpg.Connection[asyncpg.Record]", command: str, number: int | None
) -> list[str]:
    if command == "show":
        row = await connection.fetchrow(SHOW, number)
        return [f"{name}: {_readable(value)}" for name, value in row.items()] if row else []
    if command == "replay":
        rows = await connection.fetch(REPLAY, number)
        return [f"{row['id']}: will be handled again now" for row in rows]
    async with connection.transaction():
        rows = await connection.fetch(DEAD, number)
        for row in rows:
            await finish(connection, row["id"])
    return [f"{row['id']}: dropped" for row in rows]


async def _list(*, everything: bool) -> None:
    found = 0
    for service in SERVICES:
        connection = await asyncpg.connect(_dsn(service))
        try:
            rows = await connection.fetch(LIST, everything)
        finally:
            await connection.close()
        for row in rows:
            print(_line(service, row))
        found += len(rows)
    print(f"{found} found." if found else "None: every event was handled.")


def _line(service: str, row: asyncpg.Record) -> str:
    behind = f", {row['waiting_behind']} waiting behind it" if row["waiting_behind"] else ""
    when = row["deferred_at"].strftime("%Y-%m-%d %H:%M:%SZ")
    return (
        f"{service}/{row['id']}  {row['status']}  {row['consumer']}  {row['event_type'] or 'no type'}  "
        f"{row['reason']}  ({row['attempts']} tries, since {when}{behind})"
    )


def _readable(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _dsn(service: str) -> str:
    name = f"{service.upper()}_POSTGRES_DSN"
    if name not in os.environ:
        raise NotThere(f"{name} is not set. Run this as `./kith dlq …` on a machine where Kith is set up.")
    return os.environ[name]


if __name__ == "__main__":
    sys.exit(main())

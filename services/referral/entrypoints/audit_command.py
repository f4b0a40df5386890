"""`./kith audit verify [--area CODE] [--keys FILE] [--json]`: is the audit trail as it was written? Exit 1 if not.

It needs the public keys of the heads and never reads a seed, so that whoever checks cannot sign.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka.errors import KafkaError

from services.referral.domain.audit_heads import HeadReader
from services.referral.entrypoints.audit_public_keys import (
    KeysNotReadable,
    keys_from_file,
    keys_from_service,
)
from services.referral.entrypoints.audit_verify import Verdict, verify
from services.referral.settings import AuditCheckSettings
from shared.postgres.pool import PostgresTooOld, open_pool
from shared.service_defaults.lasting_objects import set_lasting_objects_aside
from shared.service_defaults.settings import settings_or_exit
from shared.service_defaults.structured_logging import start_logging

FAULTY = 1
NOT_REACHED = 3


def main(arguments: Sequence[str]) -> int:
    """The command as a process of its own."""
    start_logging("audit", "WARNING")
    set_lasting_objects_aside()
    return check_trail(arguments)


def check_trail(arguments: Sequence[str]) -> int:
    """0 when all holds; 1 on any fault; 3 when the database, Kafka or who has the public keys does not answer."""
    given = _parser().parse_args(arguments)
    settings = settings_or_exit(AuditCheckSettings)
    started = time.monotonic()
    try:
        keys = keys_from_file(given.keys) if given.keys else keys_from_service(settings.service_address)
        verdict = asyncio.run(_verify(settings, HeadReader(keys), given.area))
    except KeysNotReadable as error:
        print(f"There is nothing to check with: {error}.", file=sys.stderr)
        return NOT_REACHED
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, PostgresTooOld, KafkaError) as error:
        print(f"The audit trail cannot be read: {type(error).__name__}.", file=sys.stderr)
        return NOT_REACHED
    seconds = time.monotonic() - started
    print(json.dumps(as_json(verdict, seconds), indent=2) if given.json else as_text(verdict, seconds))
    return FAULTY if verdict.faults else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./kith audit", description="The trail of who read or wrote whose record."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("verify", help="compare the database with the signed heads on Kafka")
    checking.add_argument("--area", metavar="CODE", help="only this area, by its code")
    checking.add_argument(
        "--keys", metavar="FILE", type=Path,
        help="the public keys that you keep, a JSON Web Key Set; without it, those that the service says",
    )  # fmt: skip
    checking.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser


async def _verify(settings: AuditCheckSettings, reader: HeadReader, area: str | None) -> Verdict:
    pool = await open_pool(settings.postgres_dsn.get_secret_value(), application="audit-verify", largest=1)
    try:
        return await verify(pool, settings.kafka_bootstrap_servers, reader, area)
    finally:
        await pool.close()


def as_json(verdict: Verdict, seconds: float) -> dict[str, Any]:
    found = asdict(verdict) | {
        "holds": not verdict.faults,
        "seconds": round(seconds, 2),
        "faults": [
            asdict(fault) | {"record_id": str(fault.record_id) if fault.record_id else None}
            for fault in verdict.faults
        ],
    }
    return found | {"unsealed_seconds": round(verdict.unsealed_seconds, 1)}


def as_text(verdict: Verdict, seconds: float) -> str:
    lines = [
        f"{fault.area} position {fault.position or 'none'} record {fault.record_id or 'unknown'}: "
        f"{fault.kind}: {fault.detail}"
        for fault in verdict.faults
    ]
    if verdict.uncounted:
        lines.append(f"and {verdict.uncounted} more faults")
    lines.append(
        f"{verdict.records} records in {verdict.areas} areas against {verdict.heads} heads in {seconds:.1f} s: "
        + ("FAULTS FOUND" if verdict.faults else "all as they were written")
    )
    lines.append(f"Not sealed yet: {verdict.unsealed}, the oldest for {verdict.unsealed_seconds:.1f} s.")
    return "\n".join(lines)

"""What only whoever runs the machine may do: let in the first operator, and give systems their secrets."""

import argparse
import asyncio
import sys
from uuid import UUID

from services.directory.domain.errors import AlreadyMember, ClientCountsNowhere, NameMissing, ScopeRefused
from services.directory.settings import DirectorySettings
from services.directory.use_cases.manage_members import NewMember, RoleToGive, give_role, let_in
from services.directory.use_cases.trust_clients import (
    Credential,
    add,
    drop_older,
    new_secret,
    shut_out_client,
)
from shared.access.roles import Role
from shared.access.table import SCOPE_NAMES
from shared.postgres.pool import Connection, open_pool, transaction
from shared.service_defaults.clock import utc_now
from shared.service_defaults.settings import settings_or_exit

REFUSED = 1


def main(arguments: list[str]) -> int:
    given = parser().parse_args(arguments)
    settings = settings_or_exit(DirectorySettings)
    try:
        print(asyncio.run(carry_out(settings, given)))
    except AlreadyMember:
        print("Somebody with this sign-in is a member already.", file=sys.stderr)
        return REFUSED
    except ScopeRefused:
        print(f"Scopes are {', '.join(sorted(SCOPE_NAMES))}; areas need codes that exist.", file=sys.stderr)
        return REFUSED
    except ClientCountsNowhere:
        print(
            "Say where the system counts: give --area (once or more), --organisation, or both.",
            file=sys.stderr,
        )
        return REFUSED
    except NameMissing:
        print("--name and --subject cannot be empty.", file=sys.stderr)
        return REFUSED
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m services.directory.admit")
    commands = made.add_subparsers(dest="command", required=True)
    operator = commands.add_parser("operator", help="let in somebody who can let in others")
    operator.add_argument("--issuer", required=True, help="the sign-in provider's address")
    operator.add_argument("--subject", required=True, help="the reference that their sign-in shows them")
    operator.add_argument("--name", required=True)
    system = commands.add_parser("system", help="let in a system; prints its id and secret once")
    system.add_argument("--name", required=True)
    system.add_argument("--scope", action="append", required=True)
    system.add_argument("--area", action="append", default=[])
    system.add_argument("--organisation", type=UUID)
    for command, text in (
        ("new-secret", "give a system a second secret; the first still works"),
        ("drop-older-secret", "end the overlap"),
        ("end-system", "refuse a system from now on"),
    ):
        commands.add_parser(command, help=text).add_argument("client", type=UUID)
    return made


async def carry_out(settings: DirectorySettings, given: argparse.Namespace) -> str:
    pool = await open_pool(settings.postgres_dsn.get_secret_value(), application="directory-admit", largest=1)
    try:
        async with transaction(pool) as connection:
            return await _carry_out(connection, given)
    finally:
        await pool.close()


async def _carry_out(connection: Connection, given: argparse.Namespace) -> str:
    match given.command:
        case "operator":
            return await _operator(connection, given)
        case "system":
            scopes, areas = frozenset(given.scope), frozenset(given.area)
            return _told(await add(connection, given.name, scopes, areas, given.organisation))
        case "new-secret":
            return _told(await new_secret(connection, given.client))
        case "drop-older-secret":
            await drop_older(connection, given.client)
            return "Only the newest secret works now."
        case _:
            await shut_out_client(connection, given.client)
            return "The system is refused from now on."


async def _operator(connection: Connection, given: argparse.Namespace) -> str:
    now = utc_now()
    member_id = await let_in(connection, NewMember(given.issuer, given.subject, given.name), now)
    wanted = RoleToGive(member_id, Role.OPERATOR, None)
    await give_role(connection, wanted, now, given_by=None, check=lambda _: None)
    return f"{given.name} is an operator and can let in others at /directory/members."


def _told(credential: Credential) -> str:
    return f"client id: {credential.client_id}\nsecret, shown this once: {credential.secret}"

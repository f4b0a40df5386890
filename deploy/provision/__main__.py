"""`python -m deploy.provision`: databases, roles, grants, migrations, topics. Quick when nothing is to be done."""

from __future__ import annotations

import asyncio
import os
import sys

import asyncpg

from deploy.provision.databases import (
    PROVISIONING_LOCK,
    admin_connection,
    let_checker_in,
    provision_database,
)
from deploy.provision.inputs import CannotProvision, Inputs, read_inputs
from deploy.provision.kafka_topics import kafka_admin, provision_topics
from shared.messaging.topics import all_topics


async def provision(inputs: Inputs) -> None:
    async with asyncio.TaskGroup() as both:
        both.create_task(provision_all_databases(inputs))
        both.create_task(provision_all_topics(inputs))


async def provision_all_databases(inputs: Inputs) -> None:
    async with admin_connection(inputs.postgres_admin_dsn) as admin:
        await admin.execute("SELECT pg_advisory_lock($1)", PROVISIONING_LOCK)
        for roles in inputs.services:
            new = await provision_database(admin, inputs.postgres_admin_dsn, roles)
            print(f"{roles.database}: {', '.join(new) if new else 'up to date'}", flush=True)
        await let_checker_in(admin, inputs.checker_password)


async def provision_all_topics(inputs: Inputs) -> None:
    async with kafka_admin(inputs.kafka) as admin:
        new = await provision_topics(admin, all_topics(), replication=inputs.replication)
        print(f"topics: {', '.join(new) if new else 'up to date'}", flush=True)


def main() -> int:
    problems: list[BaseException] = []
    try:
        asyncio.run(provision(read_inputs(os.environ)))
    except* (CannotProvision, asyncpg.PostgresError) as group:
        problems = flattened(group)
    for problem in problems:
        whose = "" if isinstance(problem, CannotProvision) else "PostgreSQL says: "
        print(f"provision: {whose}{problem}", file=sys.stderr, flush=True)
    return 1 if problems else 0


def flattened(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    found: list[BaseException] = []
    for problem in group.exceptions:
        found += flattened(problem) if isinstance(problem, BaseExceptionGroup) else [problem]
    return found


if __name__ == "__main__":
    sys.exit(main())

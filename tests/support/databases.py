"""A fresh, migrated database for each test: copied in a moment from one that was migrated once."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import asyncpg

from deploy.provision.databases import (
    PROVISIONING_LOCK,
    AdminConnection,
    dsn_for,
    ensure_database,
    owner_dsn,
    provision_database,
    runtime_dsn,
)
from deploy.provision.inputs import ServiceRoles


@dataclass(frozen=True)
class TestDatabase:
    """`dsn` is the service's own role, which owns nothing; `owner_dsn` may change tables."""

    __test__ = False

    service: str
    name: str
    dsn: str = field(repr=False)
    owner_dsn: str = field(repr=False)
    admin_dsn: str = field(repr=False)


class Databases:
    def __init__(self, admin_dsn: str) -> None:
        self._admin_dsn = admin_dsn
        self._templates: dict[str, ServiceRoles] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def create(self, service: str) -> TestDatabase:
        async with self._locks[service]:
            if service not in self._templates:
                self._templates[service] = await self._make_template(service)
        template = self._templates[service]
        made = self._with_a_new_name(service)
        async with self._inside("postgres") as admin:
            await ensure_database(admin, replace(template, database=made.name), template=template.database)
        return made

    async def drop(self, database: TestDatabase) -> None:
        async with self._inside("postgres") as admin:
            await admin.execute(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)')

    def _with_a_new_name(self, service: str) -> TestDatabase:
        roles = replace(self._templates[service], database=f"kith_test_{service}_{secrets.token_hex(4)}")
        return TestDatabase(
            service=service,
            name=roles.database,
            dsn=runtime_dsn(self._admin_dsn, roles),
            owner_dsn=owner_dsn(self._admin_dsn, roles),
            admin_dsn=self._admin_dsn,
        )

    @asynccontextmanager
    async def _inside(self, name: str) -> AsyncIterator[AdminConnection]:
        connection = await asyncpg.connect(dsn_for(self._admin_dsn, database=name))
        try:
            yield connection
        finally:
            await connection.close()

    async def _make_template(self, service: str) -> ServiceRoles:
        """Named by what the migrations say, so that a server that stays never serves an old one."""
        roles = roles_in_tests(service)
        digest = hashlib.sha256(
            b"".join(file.read_bytes() for file in sorted(roles.migrations.glob("*.sql")))
        )
        roles = replace(roles, database=f"kith_template_{service}_{digest.hexdigest()[:12]}")
        async with self._inside("postgres") as admin:
            await admin.execute("SELECT pg_advisory_lock($1)", PROVISIONING_LOCK)
            await provision_database(admin, self._admin_dsn, roles)
        return roles


def roles_in_tests(service: str) -> ServiceRoles:
    """Passwords are the same in each run, so that several runs may share one server."""
    return ServiceRoles(
        service=service,
        database=f"kith_{service}",
        owner_password=f"{service}-owner-in-tests",
        runtime_password=f"{service}-in-tests",
    )

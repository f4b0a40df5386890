"""Looks again and again, tells each new fault once in the log, and counts all of them."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import asyncpg
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from deploy.checker.databases import connected
from deploy.checker.look import Findings, look
from deploy.checker.rules import MEANINGS
from deploy.checker.settings import CheckerSettings
from shared.service_defaults.health import HealthCheck, NotReady
from shared.service_defaults.side_tasks import SideTask

log = structlog.get_logger(__name__)

LOOKS_MISSED = 4  # after so many it does not count as watching any more


class Watch:
    """What the last look found, and how it went."""

    def __init__(
        self, settings: CheckerSettings, registry: CollectorRegistry, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._known: frozenset[tuple[str, str]] = frozenset()
        self.last: Findings | None = None
        self._faults = Gauge(
            "kith_checker_faults",
            "What should not be, by its kind: any is an alert",
            ("kind",),
            registry=registry,
        )
        self._looked = Gauge(
            "kith_checker_looked_timestamp_seconds", "When the last look was complete", registry=registry
        )
        self._failed = Counter(
            "kith_checker_looks_failed",
            "Looks that could not be taken, as while a database is away",
            registry=registry,
        )

    def side_task(self) -> SideTask:
        return SideTask("checker", self._run)

    def health_check(self) -> HealthCheck:
        return HealthCheck("looks", self._looks_still)

    async def take(self) -> Findings:
        """One look, counted and told."""
        settings = self._settings
        async with connected(settings.referral_dsn, settings.capacity_dsn) as (referral, capacity):
            findings = await look(referral, capacity, self._clock())
        self._tell(findings)
        self.last = findings
        return findings

    async def _run(self) -> None:
        while True:
            try:
                await self.take()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                self._failed.inc()
                log.warning("look.failed", error=type(error).__name__)
            await asyncio.sleep(self._settings.look_seconds)

    def _tell(self, findings: Findings) -> None:
        for kind, number in findings.counts().items():
            self._faults.labels(kind).set(number)
        self._looked.set(findings.looked_at.timestamp())
        for fault in findings.faults:
            if (fault.kind, fault.id) not in self._known:
                log.error("fault.found", kind=fault.kind, means=MEANINGS[fault.kind], id=fault.id)
        self._known = frozenset((fault.kind, fault.id) for fault in findings.faults)

    async def _looks_still(self) -> None:
        if self.last is None:
            raise NotReady("no look was complete yet")
        if (self._clock() - self.last.looked_at).total_seconds() > LOOKS_MISSED * self._settings.look_seconds:
            raise NotReady("the last look is too long ago")

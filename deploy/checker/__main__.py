"""`python -m deploy.checker` watches; `python -m deploy.checker once [--json]` takes one look and ends with 1 for a fault."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

from deploy.checker.databases import connected
from deploy.checker.http_routes import routes
from deploy.checker.look import Findings, look
from deploy.checker.report import as_json, as_lines
from deploy.checker.settings import CheckerSettings
from deploy.checker.watch import Watch
from shared.service_defaults.clock import utc_now
from shared.service_defaults.http_app import create_tool_app
from shared.service_defaults.http_server import http_server_task
from shared.service_defaults.metrics import new_registry
from shared.service_defaults.process_loop import run_until_stopped
from shared.service_defaults.settings import settings_or_exit
from shared.service_defaults.side_tasks import SideTask


def watch_on(settings: CheckerSettings) -> None:
    registry = new_registry()
    watch = Watch(settings, registry, utc_now)
    app = create_tool_app(
        title="checker", routers=[routes(watch, registry)], health_checks=[watch.health_check()]
    )

    @asynccontextmanager
    async def open_tasks() -> AsyncIterator[Sequence[SideTask]]:
        yield [http_server_task(app, settings.host, settings.port), watch.side_task()]

    run_until_stopped("checker", open_tasks)


async def look_once(settings: CheckerSettings) -> Findings:
    async with connected(settings.referral_dsn, settings.capacity_dsn) as (referral, capacity):
        return await look(referral, capacity, utc_now())


def tell_once(settings: CheckerSettings, *, in_json: bool) -> int:
    try:
        findings = asyncio.run(look_once(settings))
    except (OSError, TimeoutError, asyncpg.PostgresError) as problem:
        print(
            f"check: the databases do not answer ({type(problem).__name__}). Is `./kith up` running?",
            file=sys.stderr,
        )
        return 2
    print(json.dumps(as_json(findings), indent=2) if in_json else "\n".join(as_lines(findings)))
    return 0 if findings.clean else 1


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.checker", description=__doc__)
    parser.add_argument("do", nargs="?", choices=("watch", "once"), default="watch")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    asked = parser.parse_args(arguments)
    settings = settings_or_exit(CheckerSettings)
    if asked.do == "once":
        return tell_once(settings, in_json=asked.json)
    watch_on(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())

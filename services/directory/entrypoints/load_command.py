"""The command that imports a feed and says what was taken, changed, left alone and refused."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

import asyncpg

from services.directory.domain.errors import FeedRefused
from services.directory.entrypoints.bounded_fetch import FeedLimits
from services.directory.entrypoints.feed_source import fetch_pages
from services.directory.entrypoints.load_report import LoadReport
from services.directory.oruk.feed import Feed, read_feed
from services.directory.settings import DirectorySettings
from services.directory.use_cases.import_services import ImportServices, import_services
from services.directory.use_cases.write_services import ImportCounts
from shared.postgres.pool import Pool, PostgresTooOld, open_pool, transaction
from shared.service_defaults.settings import settings_or_exit
from shared.service_defaults.structured_logging import start_logging

BATCH = 500  # services a transaction

REFUSED = 1
NOT_REACHED = 3


def main(arguments: Sequence[str]) -> int:
    """0 when the feed was read, whatever was refused in it; 1 when none of it could be; 3 without a database."""
    parser = argparse.ArgumentParser(
        prog="kith load directory", description="Import an Open Referral UK 3.0 feed."
    )
    parser.add_argument("source", metavar="FILE_OR_URL", help="a JSON file, or the address of /services")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--allow-private", action="store_true", help="let the address be in a private network"
    )
    given = parser.parse_args(arguments)
    settings = settings_or_exit(DirectorySettings)
    start_logging("directory", "WARNING")
    try:
        report = asyncio.run(load(given.source, settings, allow_private=given.allow_private))
    except FeedRefused as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, PostgresTooOld) as error:
        print(f"The directory's database cannot be used: {type(error).__name__}.", file=sys.stderr)
        return NOT_REACHED
    print(json.dumps(report.as_json(), indent=2) if given.json else report.as_text())
    return 0


async def load(
    source: str, settings: DirectorySettings, *, allow_private: bool = False, limits: FeedLimits | None = None
) -> LoadReport:
    """Fetches, reads and imports a feed. Nothing is written before the whole feed is read."""
    pages = await fetch_pages(source, allow_private=allow_private, limits=limits or FeedLimits())
    feed = read_feed(pages)
    pool = await open_pool(settings.postgres_dsn.get_secret_value(), application="directory-load", largest=1)
    try:
        return LoadReport(feed, await import_feed(pool, feed))
    finally:
        await pool.close()


async def import_feed(pool: Pool, feed: Feed) -> ImportCounts:
    """One transaction a batch: an import cut short is carried on by the next one."""
    services = list(feed.services.values())
    counts = ImportCounts()
    for start in range(0, len(services), BATCH):
        batch = services[start : start + BATCH]
        wanted = {service.organisation_id for service in batch}
        organisations = [feed.organisations[organisation_id] for organisation_id in wanted]
        async with transaction(pool) as connection:
            counts += (await import_services(connection, ImportServices(batch, organisations))).counts
    return counts

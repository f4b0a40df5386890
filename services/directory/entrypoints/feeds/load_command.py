"""The command that imports a feed and says what was taken, changed, left alone and refused."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.directory.domain.errors import FeedRefused, PrivateAddress, SourceBusy, SourceNotFound
from services.directory.entrypoints.feeds.bounded_fetch import FeedLimits
from services.directory.entrypoints.feeds.feed_runner import FeedRunner
from services.directory.entrypoints.feeds.feed_source import fetch_pages, read_file
from services.directory.entrypoints.feeds.load_report import LoadReport, RunReport
from services.directory.oruk.feed import Feed, Notice, read_feed
from services.directory.settings import DirectorySettings
from services.directory.storage.finding_rows import list_findings
from services.directory.use_cases.import_services import ImportServices, import_services
from services.directory.use_cases.keep_sources import find_report, find_source
from services.directory.use_cases.write_services import ImportCounts
from shared.postgres.pool import Pool, PostgresTooOld, open_pool, transaction
from shared.service_defaults.clock import utc_now
from shared.service_defaults.settings import settings_or_exit
from shared.service_defaults.structured_logging import start_logging

BATCH = 500  # services a transaction
MOST_FINDINGS = 1_000_000
OF_A_LIST = frozenset({".csv", ".xlsx", ".zip"})

IN_PRIVATE = "The feed's address is inside a private network. If you trust it, add --allow-private."

REFUSED = 1
NOT_REACHED = 3


def main(arguments: Sequence[str]) -> int:
    """0 when the feed was read, whatever was refused in it; 1 when none of it could be; 3 without a database."""
    parser = argparse.ArgumentParser(
        prog="kith load directory", description="Import an Open Referral UK 3.0 feed."
    )
    parser.add_argument("feed", metavar="FILE_OR_URL", help="a JSON file, or the address of /services")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--source",
        type=UUID,
        metavar="ID",
        help="the list at /directory/feeds that the file belongs to; tables and sheets need one",
    )
    parser.add_argument(
        "--allow-private", action="store_true", help="let the address be in a private network"
    )
    given = parser.parse_args(arguments)
    settings = settings_or_exit(DirectorySettings)
    start_logging("directory", "WARNING")
    try:
        report = asyncio.run(_report(given, settings))
    except PrivateAddress:
        print(IN_PRIVATE, file=sys.stderr)
        return REFUSED
    except FeedRefused as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, PostgresTooOld) as error:
        print(f"The directory's database cannot be used: {type(error).__name__}.", file=sys.stderr)
        return NOT_REACHED
    print(json.dumps(report.as_json(), indent=2) if given.json else report.as_text())
    return REFUSED if report.is_refused else 0


async def _report(given: argparse.Namespace, settings: DirectorySettings) -> LoadReport | RunReport:
    if given.source:
        return await hand_over(given.feed, given.source, settings)
    return await load(given.feed, settings, allow_private=given.allow_private)


async def load(
    source: str, settings: DirectorySettings, *, allow_private: bool = False, limits: FeedLimits | None = None
) -> LoadReport:
    """Fetches, reads and imports a feed. Nothing is written before the whole feed is read."""
    if "://" not in source and Path(source).suffix.casefold() in OF_A_LIST:
        raise FeedRefused(
            "A file of tables or a sheet needs --source, the id of its list at /directory/feeds."
        )
    pages = await fetch_pages(
        source,
        allow_private=allow_private,
        limits=limits or FeedLimits(),
        hosts=settings.outside_hosts,
    )
    feed = read_feed(pages)
    pool = await open_pool(settings.postgres_dsn.get_secret_value(), application="directory-load", largest=1)
    try:
        return LoadReport(feed, await import_feed(pool, feed))
    finally:
        await pool.close()


async def hand_over(file: str, source_id: UUID, settings: DirectorySettings) -> RunReport:
    """Takes a file as the list's own; its report is kept beside those of the list's other runs."""
    body = read_file(Path(file), FeedLimits())
    pool = await open_pool(settings.postgres_dsn.get_secret_value(), application="directory-load", largest=1)
    try:
        async with transaction(pool) as connection:
            source = await find_source(connection, source_id)
        run_id = await FeedRunner(pool, utc_now, settings.outside_hosts).run_given(source, body)
        async with transaction(pool) as connection:
            _, run = await find_report(connection, run_id)
            return RunReport(run, tuple(await list_findings(connection, run_id, None, most=MOST_FINDINGS)))
    except SourceNotFound as error:
        raise FeedRefused("There is no list with this id at /directory/feeds.") from error
    except SourceBusy as error:
        raise FeedRefused("This list is being read right now. Try again in a minute.") from error
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
            written = await import_services(connection, ImportServices(batch, organisations))
        counts += written.counts
        feed.refused.extend(
            Notice(feed.numbers[each.service_id], each.service_id, "own_fields", each.rule)
            for each in written.refused
        )
    return counts

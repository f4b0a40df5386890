"""The parts that take feeds in by themselves, and their pages."""

from services.directory.entrypoints.feeds.feed_pages import feed_pages_router
from services.directory.entrypoints.feeds.feed_runner import FeedRunner
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceParts
from shared.service_defaults.repeating import repeating

LOOK_EVERY_SECONDS = 5.0
AT_ONCE = 2  # sources: a slow one does not hold up all others


def feeds_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:  # noqa: ARG001
    pool, clock = platform.pool, platform.clock
    runner = FeedRunner(
        pool,
        clock,
        platform.settings.outside_hosts,
        allow_private=platform.settings.feeds_from_private_networks,
    )
    return ServiceParts(
        routers=[feed_pages_router(pool, clock, runner)],
        side_tasks=[
            repeating(f"feeds-{number}", LOOK_EVERY_SECONDS, runner.run_all_due) for number in range(AT_ONCE)
        ],
    )

"""The parts by which likely duplicates are found and merged."""

from services.directory.entrypoints.duplicates.duplicate_pages import duplicate_router
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from services.directory.use_cases.find_duplicates import DuplicateFinder
from shared.service_defaults.process import Platform, ServiceParts
from shared.service_defaults.repeating import repeating

LOOK_EVERY_SECONDS = 10.0


def duplicates_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:  # noqa: ARG001
    finder = DuplicateFinder(platform.pool)

    async def look() -> None:
        await finder.look()

    return ServiceParts(
        routers=[duplicate_router(platform.pool, platform.clock)],
        side_tasks=[repeating("likely-duplicates", LOOK_EVERY_SECONDS, look)],
    )

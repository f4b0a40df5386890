"""The parts by which organisations keep their own entries."""

from services.directory.entrypoints.entry_desk import EntryDesk
from services.directory.entrypoints.entry_link_pages import entry_link_router
from services.directory.entrypoints.entry_pages import entry_router
from services.directory.entrypoints.entry_sections import sections
from services.directory.entrypoints.location_routes import known_places
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from services.directory.use_cases.remind import remind
from shared.postgres.pool import transaction
from shared.service_defaults.process import Platform, ServiceParts
from shared.service_defaults.repeating import repeating
from shared.web.dates import LONDON

REMIND_EVERY_SECONDS = 30.0


def entries_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:  # noqa: ARG001
    def point_of(postcode: str) -> tuple[float, float] | None:
        found = known_places(platform.settings.places).of_postcode(postcode)
        return found.point if found else None

    async def ask_whether_still_right() -> None:
        now = platform.clock()
        async with transaction(platform.pool) as connection:
            await remind(connection, now.astimezone(LONDON).date(), now)

    desk = EntryDesk(platform.pool, platform.clock, sections(point_of))
    return ServiceParts(
        routers=[entry_router(desk), entry_link_router(desk)],
        side_tasks=[repeating("assurance-reminders", REMIND_EVERY_SECONDS, ask_whether_still_right)],
    )

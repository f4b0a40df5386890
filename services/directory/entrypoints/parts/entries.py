"""The parts by which organisations keep their own entries."""

from services.directory.entrypoints.entries.entry_desk import EntryDesk
from services.directory.entrypoints.entries.entry_link_pages import entry_link_router
from services.directory.entrypoints.entries.entry_pages import entry_router
from services.directory.entrypoints.entries.entry_sections import sections
from services.directory.entrypoints.entries.entry_whereabouts import KnownPlaces
from services.directory.entrypoints.entries.entry_words import EntryWords
from services.directory.entrypoints.entries.roll_up_pages import roll_up_router
from services.directory.entrypoints.known_places import known_places
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from services.directory.use_cases.remind import remind
from shared.postgres.pool import transaction
from shared.service_defaults.process import Platform, ServiceParts
from shared.service_defaults.repeating import repeating
from shared.web.dates import LONDON

REMIND_EVERY_SECONDS = 30.0


def entries_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:  # noqa: ARG001
    places = KnownPlaces(lambda: known_places(platform.settings.places))

    async def ask_whether_still_right() -> None:
        now = platform.clock()
        async with transaction(platform.pool) as connection:
            await remind(connection, now.astimezone(LONDON).date(), now)

    desk = EntryDesk(platform.pool, platform.clock, EntryWords(sections(places), places))
    return ServiceParts(
        routers=[
            entry_router(desk),
            entry_link_router(desk),
            roll_up_router(platform.pool, platform.clock),
        ],
        side_tasks=[repeating("assurance-reminders", REMIND_EVERY_SECONDS, ask_whether_still_right)],
    )

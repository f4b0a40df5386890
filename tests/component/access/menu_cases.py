"""Entries and pairs of entries in an area: what the directory's staff routes are asked about."""

from uuid import UUID, uuid4

from services.directory.domain.service import Service
from services.directory.oruk.read_service import read_service_record
from services.directory.use_cases.import_services import ImportServices, import_services
from shared.access.decide import Facts
from shared.access.vocabulary import Thing
from shared.postgres.pool import Connection, Pool, transaction
from tests.unit.directory.records import a_record

ENTRIES, DUPLICATES, PRESCRIPTION = (
    "/directory/entries/",
    "/directory/duplicates/",
    "/directory/prescription/",
)
ROLL_UP = "/directory/organisations/{organisation_id}/entries"
FORMS = {
    ENTRIES + "{service_id}": {"act": "still-right", "seen_version": "1"},
    ENTRIES + "{service_id}/{section}": {"name": "Otherwise", "seen_version": "1", "go": "check"},
    DUPLICATES + "{left_id}/{right_id}": {"answer": "not-the-same"},
}
Asked = tuple[str, Facts, dict[str, str] | None]


def is_about_the_menu(path: str) -> bool:
    return path == ROLL_UP or path.startswith((ENTRIES, DUPLICATES))


async def menu_case(pool: Pool, path: str, area: str, organisation: UUID) -> Asked:
    """The path filled in, what the table looks at, and the form that a POST sends."""
    async with transaction(pool) as connection:
        left, right = sorted(
            [await _entry(connection, area, organisation) for _ in range(2)], key=lambda it: it.id
        )
        await connection.execute(
            "INSERT INTO duplicate_pairs (left_id, right_id, points, reasons) VALUES ($1, $2, 50, '[]')",
            left.id,
            right.id,
        )
    values = {
        "service_id": left.id,
        "section": "what",
        "left_id": left.id,
        "right_id": right.id,
        "organisation_id": organisation,
    }
    filled = path
    for name, value in values.items():
        filled = filled.replace(f"{{{name}}}", str(value))
    facts = Facts(Thing.SERVICE, area=area, organisations=frozenset({organisation}))
    return filled, facts, FORMS.get(path)


async def _entry(connection: Connection, area: str, organisation: UUID) -> Service:
    read = read_service_record(
        a_record(
            id=str(uuid4()),
            organization={"id": str(organisation), "name": "Walkers", "description": "They walk."},
            service_areas=[{"id": str(uuid4()), "extent_type": "gss", "extent": area}],
        )
    )
    await import_services(connection, ImportServices([read.service], [read.organisation]))
    return read.service

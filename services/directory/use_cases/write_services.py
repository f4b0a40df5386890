"""The one way in which services change: row, rows for filters and event together, for whoever has something to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.directory.domain.revision import ChangedBy, EntryState, changes_between
from services.directory.domain.service import Service
from services.directory.published_events import service_published, service_withdrawn
from services.directory.storage.expanded_rows import write_expanded
from services.directory.storage.organisation_names import ToldNames, told_names
from services.directory.storage.revision_rows import NewRevision, add_revisions
from services.directory.storage.service_rows import KeptService, ServiceToSave, save_services
from services.directory.storage.stored_documents import service_document
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.messaging.outbox import append_events, say
from shared.postgres.pool import Connection


@dataclass(frozen=True, slots=True)
class Changed:
    """A service of which there is news: as it was, nothing where it is new, and as it is shown now."""

    service_id: UUID
    version: int
    before: Service | None
    after: Service
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class ImportCounts:
    taken: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0  # of those changed
    organisations_taken: int = 0
    organisations_changed: int = 0

    def __add__(self, other: "ImportCounts") -> "ImportCounts":
        return ImportCounts(
            self.taken + other.taken,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.withdrawn + other.withdrawn,
            self.organisations_taken + other.organisations_taken,
            self.organisations_changed + other.organisations_changed,
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """A service that stayed as it is, by which rule, and by which field of its record."""

    service_id: UUID
    rule: str
    field: str = "id"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch. `organisations_kept` are those that belong to another source."""

    counts: ImportCounts = field(default_factory=ImportCounts)
    changes: tuple[Changed, ...] = ()
    refused: tuple[Refused, ...] = ()
    organisations_kept: tuple[UUID, ...] = ()


async def write_services(
    connection: Connection,
    services: Sequence[ServiceToSave],
    kept: Mapping[UUID, KeptService],
    by: ChangedBy,
) -> tuple[Changed, ...]:
    """What differs is written, told and remembered, what is equal is left alone. The writer's turn is taken."""
    versions = await save_services(connection, services)
    new = [each for each in services if each.service.id in versions]
    await write_expanded(connection, [(each.service, each.terms) for each in new])
    names = await told_names(connection, {each.service.organisation_id for each in new})
    facts = {each.service.id: _fact(each, kept.get(each.service.id), versions, names) for each in new}
    await append_events(
        connection,
        [say(fact, area=each.service.area) for each in new if (fact := facts[each.service.id]) is not None],
    )
    await add_revisions(connection, _revisions(services, kept, versions), by)
    return tuple(
        Changed(
            service_id=each.service.id,
            version=versions[each.service.id],
            before=kept[each.service.id].service if each.service.id in kept else None,
            after=each.service,
            withdrawn=isinstance(facts[each.service.id], ServiceWithdrawnV1),
        )
        for each in new
    )


def _fact(
    each: ServiceToSave,
    before: KeptService | None,
    versions: Mapping[UUID, int],
    names: Mapping[UUID, ToldNames],
) -> ServicePublishedV1 | ServiceWithdrawnV1 | None:
    """Published while it takes people; withdrawn once, when it no longer does, and once more when it closes after that.

    What is not listed, as an entry that was merged into another, closes nothing.
    """
    version = versions[each.service.id]
    if each.takes_people:
        told = names[each.service.organisation_id]
        return service_published(each.service, version, routable=each.routable, names=told)
    closed = each.listed and each.service.status == "defunct"
    if before is not None and (before.takes_people or (closed and before.status != "defunct")):
        return service_withdrawn(each.service, version, closed=closed)
    return None


def _revisions(
    services: Sequence[ServiceToSave], kept: Mapping[UUID, KeptService], versions: Mapping[UUID, int]
) -> list[NewRevision]:
    """Of entries that were there before: the first state of an entry is no change of it."""
    revisions = []
    for each in services:
        before = kept.get(each.service.id)
        if before is None or (each.service.id not in versions and before.own_fields == each.own_fields):
            continue
        changes = changes_between(
            EntryState(service_document(before.service), before.own_fields, before.listed),
            EntryState(service_document(each.service), each.own_fields, each.listed),
        )
        if changes:
            version = versions.get(each.service.id, before.version)
            revisions.append(NewRevision(each.service.id, version, changes))
    return revisions

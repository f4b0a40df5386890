"""Takes in services and their organisations as a source describes them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.directory.domain.organisation import Organisation
from services.directory.domain.revision import BY_FEED
from services.directory.domain.service import Service
from services.directory.storage.organisation_rows import (
    SavedOrganisation,
    organisations_of_others,
    organisations_that_differ,
    save_organisations,
)
from services.directory.storage.own_fields import overlaid
from services.directory.storage.service_rows import KeptService, ServiceToSave, find_kept
from services.directory.storage.stored_documents import service_document
from services.directory.storage.writers_turn import take_turn
from services.directory.use_cases.say_names import say_names
from services.directory.use_cases.search_terms import keywords_of, terms_of
from services.directory.use_cases.write_services import (
    Changed,
    ImportCounts,
    Refused,
    Written,
    write_services,
)
from shared.postgres.pool import Connection

OF_ANOTHER_SOURCE = "belongs-to-another-source"
ORGANISATION_OF_ANOTHER = "organisation-of-another-source"
OWN_FIELDS_DO_NOT_FIT = "own-fields-do-not-fit"


@dataclass(frozen=True, slots=True)
class SourceRef:
    """The feed that brings a batch. People are sent to its services only where it is `routable`."""

    id: UUID
    routable: bool = False


@dataclass(frozen=True, slots=True)
class ImportServices:
    """One batch. Every service's organisation is either in the batch or already known.

    Without a source it is an operator's word, which may change every record.
    """

    services: Sequence[Service]
    organisations: Sequence[Organisation]
    source: SourceRef | None = None


async def import_services(connection: Connection, command: ImportServices) -> Written:
    """A few statements for the whole batch, events included.

    A service that is missing from a later import stays: a feed cut short must not close services. Only a
    status that says so withdraws one.
    """
    await take_turn(connection)
    source_id = command.source.id if command.source else None
    organisations = await save_organisations(connection, command.organisations, source_id)
    others = await organisations_that_differ(connection, command.organisations) if source_id else ()
    kept = await find_kept(connection, [service.id for service in command.services])
    foreign = await _foreign_organisations(connection, command)
    read = [_to_save(each, kept.get(each.id), command.source, foreign) for each in command.services]
    saving = [each for each in read if isinstance(each, ServiceToSave)]
    changes = await write_services(connection, saving, kept, BY_FEED)
    renamed = [each for each, saved in organisations.items() if saved.told_otherwise]
    await say_names(connection, renamed, but=[each.service_id for each in changes])
    return Written(
        counts=_counts(changes, len(saving), organisations),
        changes=changes,
        refused=tuple(each for each in read if isinstance(each, Refused)),
        organisations_kept=tuple(others),
    )


async def _foreign_organisations(connection: Connection, command: ImportServices) -> AbstractSet[UUID]:
    if command.source is None:
        return frozenset()
    named = {service.organisation_id for service in command.services}
    return await organisations_of_others(connection, named, command.source.id)


def _may_change(kept: KeptService | None, source_id: UUID | None) -> bool:
    """The first source that brings a record is its own; no other feed can change it."""
    return kept is None or source_id is None or kept.source_id == source_id


def _may_be_run_by(service: Service, kept: KeptService | None, foreign: AbstractSet[UUID]) -> bool:
    """Who finds a service under a name trusts that name, and its people may change what stands there.

    So a feed brings none to somebody else's organisation; what stands there already is still its own to tell of.
    """
    if service.organisation_id not in foreign:
        return True
    return kept is not None and kept.service.organisation_id == service.organisation_id


def _to_save(
    service: Service, kept: KeptService | None, source: SourceRef | None, foreign: AbstractSet[UUID]
) -> ServiceToSave | Refused:
    """The service with its organisation's own words laid over it, or why this record stops here and no other does."""
    if not _may_change(kept, source.id if source else None):
        return Refused(service.id, OF_ANOTHER_SOURCE)
    if not _may_be_run_by(service, kept, foreign):
        return Refused(service.id, ORGANISATION_OF_ANOTHER, "organization")
    fed = service_document(service)
    own = kept.own_fields if kept else {}
    try:
        shown = overlaid(fed, own) if own else service
    except ValueError:
        return Refused(service.id, OWN_FIELDS_DO_NOT_FIT)
    routable = source.routable if source else kept.routable if kept else True
    return ServiceToSave(
        service=shown,
        terms=terms_of(shown),
        keywords=keywords_of(shown),
        fed=fed if own else None,
        own_fields=own,
        source_id=kept.source_id if kept else source.id if source else None,
        routable=routable,
        listed=kept.listed if kept else True,
        confirmed_on=latest(kept.confirmed_on if kept else None, shown),
    )


def latest(confirmed_on: date | None, service: Service) -> date | None:
    """The newer of two words that an entry is right."""
    assured_on = service.assurance.on if service.assurance else None
    said = [day for day in (confirmed_on, assured_on) if day is not None]
    return max(said, default=None)


def _counts(
    changes: Sequence[Changed], given: int, organisations: dict[UUID, SavedOrganisation]
) -> ImportCounts:
    taken = sum(each.before is None for each in changes)
    return ImportCounts(
        taken=taken,
        changed=len(changes) - taken,
        unchanged=given - len(changes),
        withdrawn=sum(each.withdrawn for each in changes),
        organisations_taken=sum(each.is_new for each in organisations.values()),
        organisations_changed=sum(not each.is_new for each in organisations.values()),
    )

"""Takes in services and their organisations: what differs is written and told, what is equal is left alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.published_events import service_published, service_withdrawn
from services.directory.storage.organisation_rows import save_organisations
from services.directory.storage.service_rows import SavedService, ServiceToSave, save_services
from services.directory.use_cases.search_terms import keywords_of, term_ids_of
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.messaging.outbox import append_events, say
from shared.postgres.pool import Connection


@dataclass(frozen=True, slots=True)
class ImportServices:
    """One batch. Every service's organisation is either in the batch or already known."""

    services: Sequence[Service]
    organisations: Sequence[Organisation]


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


async def import_services(connection: Connection, command: ImportServices) -> ImportCounts:
    """Three statements for the whole batch, events included.

    A service that is missing from a later import stays: a feed cut short must not close services. Only a
    status that says so withdraws one.
    """
    organisations = await save_organisations(connection, command.organisations)
    saved = await save_services(connection, [_to_save(service) for service in command.services])
    told = [(each, fact) for each in saved if (fact := _fact(each)) is not None]
    await append_events(connection, [say(fact, area=each.service.area) for each, fact in told])
    taken = sum(each.earlier_status is None for each in saved)
    return ImportCounts(
        taken=taken,
        changed=len(saved) - taken,
        unchanged=len(command.services) - len(saved),
        withdrawn=sum(isinstance(fact, ServiceWithdrawnV1) for _, fact in told),
        organisations_taken=sum(organisations.values()),
        organisations_changed=len(organisations) - sum(organisations.values()),
    )


def _fact(saved: SavedService) -> ServicePublishedV1 | ServiceWithdrawnV1 | None:
    """Published while it takes people; withdrawn once, when it no longer does."""
    if saved.service.takes_people:
        return service_published(saved.service, saved.version)
    if saved.earlier_status == "active":
        return service_withdrawn(saved.service, saved.version)
    return None


def _to_save(service: Service) -> ServiceToSave:
    return ServiceToSave(service, term_ids_of(service), keywords_of(service))

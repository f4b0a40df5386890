"""Changes services that the directory has: what their organisations say of them, and what a merge makes of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.directory.domain.errors import ServiceChangedMeanwhile, ServiceNotFound
from services.directory.domain.revision import BY_MERGE, ChangedBy
from services.directory.storage.own_fields import OwnFields, overlaid
from services.directory.storage.service_rows import KeptService, ServiceToSave, find_kept
from services.directory.storage.writers_turn import take_turn
from services.directory.use_cases.import_services import latest
from services.directory.use_cases.search_terms import keywords_of, terms_of
from services.directory.use_cases.write_services import ImportCounts, Written, write_services
from shared.postgres.pool import Connection


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """What shall be otherwise; None leaves a thing as it is. `own_fields` are all that the entry says of its own.

    `expected_version` is the state that whoever changes it has seen.
    """

    service_id: UUID
    expected_version: int | None = None
    own_fields: OwnFields | None = None
    listed: bool | None = None
    confirmed_on: date | None = None


async def change_services(
    connection: Connection, wanted: Sequence[ServiceChange], by: ChangedBy = BY_MERGE
) -> Written:
    """Raises ServiceNotFound, ServiceChangedMeanwhile, and ValueError for own fields that no service can have."""
    await take_turn(connection)
    kept = await find_kept(connection, [each.service_id for each in wanted])
    for each in wanted:
        if each.service_id not in kept:
            raise ServiceNotFound(each.service_id)
        if each.expected_version not in {None, kept[each.service_id].version}:
            raise ServiceChangedMeanwhile(each.service_id)
    saving = [_to_save(each, kept[each.service_id]) for each in wanted]
    changes = await write_services(connection, saving, kept, by)
    counts = ImportCounts(
        changed=len(changes),
        unchanged=len(wanted) - len(changes),
        withdrawn=sum(each.withdrawn for each in changes),
    )
    return Written(counts, changes)


def _to_save(change: ServiceChange, kept: KeptService) -> ServiceToSave:
    own = kept.own_fields if change.own_fields is None else change.own_fields
    fed: dict[str, object] = json.loads(kept.fed)
    shown = overlaid(fed, own)
    return ServiceToSave(
        service=shown,
        terms=terms_of(shown),
        keywords=keywords_of(shown),
        fed=fed if own else None,
        own_fields=own,
        source_id=kept.source_id,
        routable=kept.routable,
        listed=kept.listed if change.listed is None else change.listed,
        confirmed_on=latest(max(filter(None, (change.confirmed_on, kept.confirmed_on)), default=None), shown),
    )

"""Services as the open feed shows them, in each of the forms that can be asked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import TypeAlias
from uuid import UUID

from services.directory.domain.space import Signal
from services.directory.oruk.write_capacity import capacity_records
from services.directory.oruk.write_details import JsonObject, timestamp
from services.directory.oruk.write_service import service_list_record, service_record
from services.directory.storage.copied_signals import signals_of
from services.directory.storage.service_rows import ListedService
from shared.postgres.pool import Connection

KnownSignals: TypeAlias = Mapping[UUID, tuple[Signal, ...]]


class Form(Enum):
    """How much of a service is told."""

    LIST = "list"
    FULL = "full"
    MINIMAL = "minimal"


async def records_of(
    connection: Connection, services: Sequence[ListedService], form: Form, now: datetime
) -> list[JsonObject]:
    return records_with(
        services, await signals_for(connection, [each.service.id for each in services], form), form, now
    )


async def signals_for(connection: Connection, service_ids: Sequence[UUID], form: Form) -> KnownSignals:
    """Full records alone say how much space there is."""
    return await signals_of(connection, service_ids) if form is Form.FULL else {}


def records_with(
    services: Sequence[ListedService], signals: KnownSignals, form: Form, now: datetime
) -> list[JsonObject]:
    if form is Form.MINIMAL:
        return [minimal_record(each.service.id, each.changed_at) for each in services]
    if form is Form.LIST:
        return [service_list_record(each.service, each.organisation, each.changed_at) for each in services]
    return [
        service_record(
            each.service,
            each.organisation,
            each.changed_at,
            capacity_records(each.service, signals.get(each.service.id, ()), now),
        )
        for each in services
    ]


def minimal_record(service_id: UUID, changed_at: datetime) -> JsonObject:
    """Both names for the moment: the standard's words for this form say `modified_date`, its schema `last_modified`."""
    moment = timestamp(changed_at)
    return {"id": str(service_id), "modified_date": moment, "last_modified": moment}

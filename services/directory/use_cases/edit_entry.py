"""Somebody who looks after an entry says something of it: their own word wins over the source's, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.directory.domain.errors import EntryDoesNotFit, ServiceNotFound
from services.directory.domain.revision import ChangedBy, FieldChange
from services.directory.storage.own_fields import OwnFields
from services.directory.storage.revision_rows import NewRevision, add_revisions
from services.directory.storage.service_rows import KeptService, find_kept
from services.directory.storage.writers_turn import take_turn
from services.directory.use_cases.change_services import ServiceChange, change_services
from shared.postgres.pool import Connection


@dataclass(frozen=True, slots=True)
class Editing:
    """Who changes which entry, in which state they saw it, and on which day: whoever changes it has looked at it."""

    service_id: UUID
    seen_version: int
    by: ChangedBy
    on: date


async def edit_entry(connection: Connection, editing: Editing, said: OwnFields) -> None:
    """Raises ServiceNotFound, ServiceChangedMeanwhile, EntryDoesNotFit."""
    kept = await entry_to_change(connection, editing.service_id)
    await change_own_fields(connection, editing, {**kept.own_fields, **said})


async def take_source_word(connection: Connection, editing: Editing, field: str) -> None:
    """The source's word is shown again in this field, and follows it from now on. Raises as `edit_entry`."""
    kept = await entry_to_change(connection, editing.service_id)
    own = {name: value for name, value in kept.own_fields.items() if name != field}
    await change_own_fields(connection, editing, own)


async def confirm_entry(connection: Connection, editing: Editing) -> None:
    """All of it is still right, as it was seen. Raises ServiceNotFound, ServiceChangedMeanwhile."""
    kept = await entry_to_change(connection, editing.service_id)
    change = ServiceChange(editing.service_id, editing.seen_version, confirmed_on=editing.on)
    await change_services(connection, [change], editing.by)
    before = kept.confirmed_on.isoformat() if kept.confirmed_on else None
    if before is None or before < editing.on.isoformat():
        said = FieldChange("confirmed_on", before, editing.on.isoformat(), {}, {})
        await add_revisions(connection, [NewRevision(editing.service_id, kept.version, (said,))], editing.by)


async def entry_to_change(connection: Connection, service_id: UUID) -> KeptService:
    """In the writers' turn. Raises ServiceNotFound, also for one that is shown no more."""
    await take_turn(connection)
    kept = (await find_kept(connection, [service_id])).get(service_id)
    if kept is None or not kept.listed:
        raise ServiceNotFound(service_id)
    return kept


async def change_own_fields(connection: Connection, editing: Editing, own: Mapping[str, object]) -> None:
    change = ServiceChange(editing.service_id, editing.seen_version, own_fields=own, confirmed_on=editing.on)
    try:
        await change_services(connection, [change], editing.by)
    except ValueError as error:
        raise EntryDoesNotFit from error

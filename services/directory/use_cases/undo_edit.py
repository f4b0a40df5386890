"""Takes back one change by hand: its fields say what they said before, as a change of its own."""

from dataclasses import replace
from uuid import UUID

from services.directory.domain.errors import CannotBeUndone, RevisionNotFound
from services.directory.domain.revision import can_be_undone, fields_in_the_way, without
from services.directory.storage.revision_rows import revisions_of
from services.directory.use_cases.edit_entry import Editing, change_own_fields, entry_to_change
from shared.postgres.pool import Connection


async def undo_edit(connection: Connection, editing: Editing, revision_id: UUID) -> None:
    """What the source says meanwhile comes through where nothing was said by hand before.

    Raises RevisionNotFound, CannotBeUndone, ServiceNotFound, ServiceChangedMeanwhile, EntryDoesNotFit.
    """
    kept = await entry_to_change(connection, editing.service_id)
    revisions = await revisions_of(connection, editing.service_id)
    revision = next((each for each in revisions if each.id == revision_id), None)
    if revision is None:
        raise RevisionNotFound
    if not can_be_undone(revision, revisions):
        raise CannotBeUndone(fields_in_the_way(revision, revisions))
    undoing = replace(editing, by=replace(editing.by, undoes=revision_id))
    await change_own_fields(connection, undoing, without(revision, kept.own_fields))

"""Gives somebody a list of services to take away: a row and an event, once however often the form is sent."""

from services.directory.domain.prescription import Prescription
from services.directory.published_events import prescription_given
from services.directory.storage.prescription_rows import add_prescription
from shared.messaging.outbox import append_event
from shared.postgres.pool import Connection


async def give_prescription(connection: Connection, given: Prescription) -> None:
    if await add_prescription(connection, given):
        await append_event(connection, prescription_given(given), area=given.area)

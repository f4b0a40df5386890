"""Reads the form of a coordinator who phoned a provider: what they were told, and by whom, as a role."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from services.capacity.domain.pool import Statement
from services.capacity.domain.status import Source, ToldBy
from services.capacity.entrypoints.http_schemas import LONGEST_NOTE
from services.capacity.entrypoints.space_form import SpaceForm, ToPutRight, read_space_form

MOST_DAYS = 1000
TOLD_BY: Final = {
    ToldBy.MANAGER: "a manager",
    ToldBy.COORDINATOR: "whoever arranges the places",
    ToldBy.WORKER: "a worker",
    ToldBy.VOLUNTEER: "a volunteer",
    ToldBy.OTHER: "somebody else",
}


class PhonedForm(SpaceForm):
    told_by: Annotated[str, Field(max_length=40)] = ""
    expected_wait_days: Annotated[str, Field(max_length=40)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""


def read_phoned_form(form: PhonedForm, member_id: UUID, now: datetime) -> Statement | ToPutRight:
    statement = read_space_form(form, now)
    if isinstance(statement, ToPutRight):
        return replace(statement, field="tap") if statement.field == "full" else statement
    if form.told_by not in set(ToldBy):
        return ToPutRight("Choose who told you", "told_by")
    days = form.expected_wait_days.strip()
    if days and not (days.isascii() and days.isdigit() and len(days) <= 4 and int(days) <= MOST_DAYS):
        return ToPutRight("Write the wait as a number of days, up to 1000", "expected_wait_days")
    note = " ".join(form.note.split())
    if len(note) > LONGEST_NOTE or "\0" in note:
        return ToPutRight("Write at most 200 characters", "note")
    return replace(
        statement,
        source=Source.PHONED,
        said_by=str(member_id),
        told_by=ToldBy(form.told_by),
        expected_wait_days=int(days) if days else None,
        note=note or None,
    )

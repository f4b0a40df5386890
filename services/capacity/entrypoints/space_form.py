"""Reads the form of the one-tap page: what somebody tapped and typed → a statement, or what to put right."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.capacity.domain.pool import Statement
from services.capacity.domain.status import Source, Status
from services.capacity.entrypoints.http_schemas import LARGEST_VERSION, MOST_PLACES
from shared.web.phrases import translatable

HOW_MANY = translatable(
    'Type how many places you have: a number from 1 to 1000. With none, tap "We are full".'
)
WHICH = translatable("Tap one of the buttons.")

BUTTONS = {
    "full": Status.FULL,
    "open": Status.OPEN,
    "no-limit": Status.OPEN,
    "limited": Status.LIMITED,
    "paused": Status.PAUSED,
}
PAUSES = {"1": timedelta(weeks=1), "2": timedelta(weeks=2), "4": timedelta(weeks=4), "8": timedelta(weeks=8)}

Field40 = Annotated[str, Field(max_length=40)]


class SpaceForm(BaseModel):
    """The raw fields. `tap` is the button."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    tap: Field40 = ""
    free: Field40 = ""
    pause_weeks: Field40 = ""
    version_seen: Field40 = ""
    form_token: Annotated[str, Field(max_length=128)] = ""


@dataclass(frozen=True, slots=True)
class ToPutRight:
    """What is wrong with the form, in words, and the field's id on the page."""

    message: str
    field: str


def read_space_form(form: SpaceForm, now: datetime) -> Statement | ToPutRight:
    status = BUTTONS.get(form.tap)
    if status is None:
        return ToPutRight(WHICH, "full")
    free = None
    if form.tap in {"open", "limited"}:
        free = _number(form.free, MOST_PLACES)
        if not free:
            return ToPutRight(HOW_MANY, "free")
    pause = PAUSES.get(form.pause_weeks) if status is Status.PAUSED else None
    return Statement(
        status=status,
        free=free,
        version_seen=_number(form.version_seen, LARGEST_VERSION) or 0,
        tapped_at=now,
        source=Source.LINK,
        paused_until=now + pause if pause else None,
    )


def _number(text: str, largest: int) -> int | None:
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isdigit() and len(stripped) <= len(str(largest))):
        return None
    return int(stripped) if int(stripped) <= largest else None

"""Reads the form of the one-tap page: what somebody tapped and typed → a statement, or what to put right."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from services.capacity.domain.pool import Statement
from services.capacity.domain.status import Source, Status
from services.capacity.entrypoints.http_schemas import LARGEST_VERSION, MOST_PLACES
from shared.service_defaults.moments import Moment
from shared.web.phrases import translatable

HOW_MANY = translatable(
    'Type how many places you have: a number from 1 to 1000. With none, tap "We are full".'
)
WHICH = translatable("Tap one of the buttons.")

BUTTONS = {
    "full": Status.FULL,
    "open": Status.OPEN,
    "in-all": Status.OPEN,
    "no-limit": Status.OPEN,
    "limited": Status.LIMITED,
    "paused": Status.PAUSED,
}
PAUSES = {"1": timedelta(weeks=1), "2": timedelta(weeks=2), "4": timedelta(weeks=4), "8": timedelta(weeks=8)}

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)

Field40 = Annotated[str, Field(max_length=40)]


class SpaceForm(BaseModel):
    """The raw fields. `tap` is the button; `tapped_at` comes from a phone that kept the tap until the line was back."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    tap: Field40 = ""
    free: Field40 = ""
    places: Field40 = ""
    pause_weeks: Field40 = ""
    version_seen: Field40 = ""
    tapped_at: Field40 = ""
    form_token: Annotated[str, Field(max_length=128)] = ""


@dataclass(frozen=True, slots=True)
class ToPutRight:
    """What is wrong with the form, in words, and the field's id on the page."""

    message: str
    field: str


def read_space_form(
    form: SpaceForm, now: datetime, *, source: Source = Source.LINK, said_by: str | None = None
) -> Statement | ToPutRight:
    status = BUTTONS.get(form.tap)
    if status is None:
        return ToPutRight(WHICH, "full")
    free = places = None
    if form.tap in {"open", "limited"}:
        free = _number(form.free, MOST_PLACES)
        if not free:
            return ToPutRight(HOW_MANY, "free")
    if form.tap == "in-all":
        places = _number(form.places, MOST_PLACES)
        if not places:
            return ToPutRight(HOW_MANY, "places")
    tapped_at = _moment(form.tapped_at) or now
    return Statement(
        status=status,
        free=free,
        places=places,
        version_seen=_number(form.version_seen, LARGEST_VERSION) or 0,
        tapped_at=tapped_at,
        source=source,
        said_by=said_by,
        paused_until=_pause_ends(form, tapped_at, now) if status is Status.PAUSED else None,
    )


def _pause_ends(form: SpaceForm, tapped_at: datetime, now: datetime) -> datetime | None:
    """A break counts from its tap; one that would be over already when the tap arrives, from now."""
    pause = PAUSES.get(form.pause_weeks)
    if pause is None:
        return None
    began = min(tapped_at, now)
    return began + pause if began + pause > now else now + pause


def _moment(text: str) -> datetime | None:
    """A moment with its zone, of years that other moments in requests may be of."""
    try:
        return MOMENT.validate_python(text)
    except ValidationError:
        return None


def _number(text: str, largest: int) -> int | None:
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isdigit() and len(stripped) <= len(str(largest))):
        return None
    return int(stripped) if int(stripped) <= largest else None

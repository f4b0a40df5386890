"""A moment that a caller names, in UTC."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def _written_out(given: object) -> object:
    """A number would be taken for seconds since 1970, which no document of ours promises."""
    if isinstance(given, datetime) or (isinstance(given, str) and ":" in given):
        return given
    raise PydanticCustomError("datetime_parsing", "is not a date and time")


def _in_utc(given: datetime) -> datetime:
    """Within a zone's offset of the first and the last year there is no such moment in UTC."""
    try:
        moment = given.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError("datetime_parsing", "is not a moment in UTC") from error
    return _in_living_memory(moment)


def _in_living_memory(moment: datetime) -> datetime:
    """The first and the last that there are become endless in PostgreSQL, and come back as no moment at all."""
    if not FIRST <= moment < LAST:
        raise PydanticCustomError("datetime_parsing", "is too long ago or too far ahead")
    return moment


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]

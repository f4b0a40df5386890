"""A moment that a caller names, in UTC."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError


def _written_out(given: object) -> object:
    """A number would be taken for seconds since 1970, which no document of ours promises."""
    if isinstance(given, datetime) or (isinstance(given, str) and ":" in given):
        return given
    raise PydanticCustomError("datetime_parsing", "is not a date and time")


def _in_utc(given: datetime) -> datetime:
    """Within a zone's offset of the first and the last year there is no such moment in UTC."""
    try:
        return given.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError("datetime_parsing", "is not a moment in UTC") from error


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]

"""A moment that a caller names, in UTC."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime
from pydantic_core import PydanticCustomError


def _in_utc(given: datetime) -> datetime:
    """Within a zone's offset of the first and the last year there is no such moment in UTC."""
    try:
        return given.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError("datetime_parsing", "is not a moment in UTC") from error


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]

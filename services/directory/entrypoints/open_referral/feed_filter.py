"""The parameters of Open Referral UK's lists, and what they ask for."""

from datetime import UTC, datetime, time
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.directory.domain.opening import ICALENDAR_DAYS
from services.directory.storage.organisation_tree import organisations_below
from services.directory.storage.service_list import Hours, ServiceFilter
from shared.postgres.pool import Connection

LONDON = ZoneInfo("Europe/London")
LAST_PAGE = 1_000_000
MOST_PER_PAGE = 100
FARTHEST = 100_000  # metres
FIRST_YEAR, LAST_YEAR = 1970, 2200

Age = Annotated[int, Field(ge=0, le=130)]
SearchText = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$")]
Day = Annotated[str, StringConstraints(pattern=r"^(MO|TU|WE|TH|FR|SA|SU|mo|tu|we|th|fr|sa|su)$")]


def _a_moment_of_our_time(value: datetime) -> datetime:
    """Without an offset it is UTC."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError("too far away")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


class PageWanted(BaseModel):
    """Which page of a list, and how long pages are."""

    model_config = ConfigDict(extra="ignore")

    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1
    per_page: Annotated[int, Field(ge=1, le=MOST_PER_PAGE)] = 50


class Searched(PageWanted):
    search: SearchText | None = None

    @property
    def words(self) -> list[str]:
        return (self.search or "").split()


class TermsWanted(Searched):
    taxonomy_id: UUID | None = None


class ServicesWanted(TermsWanted):
    """All filters given must hold."""

    taxonomy_term_id: UUID | None = None
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    day: Day | None = None
    start_time: ClockTime | None = None
    end_time: ClockTime | None = None
    organization_id: UUID | None = None
    modified_after: Annotated[datetime, AfterValidator(_a_moment_of_our_time)] | None = None
    full: bool = False


class FeedWanted(ServicesWanted):
    minimal: bool = False
    format: Literal["json", "ndjson"] = "json"


class LocationsWanted(ServicesWanted):
    postcode: Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\x00]*$")] | None = None
    proximity: Annotated[int, Field(ge=1, le=FARTHEST)] | None = None


class LocationsAskedInPrivate(LocationsWanted):
    """The same in a body, so that a postcode stands in no address."""

    model_config = ConfigDict(extra="forbid")


def refuse(field: str, rule: str, source: str = "query") -> RequestValidationError:
    return RequestValidationError([{"type": rule, "loc": (source, field)}])


async def filter_of(connection: Connection, wanted: ServicesWanted, now: datetime) -> ServiceFilter:
    """An organisation's services are those that it runs and those of the organisations below it."""
    below = None
    if wanted.organization_id is not None:
        below = tuple(await organisations_below(connection, wanted.organization_id))
    return ServiceFilter(
        search=(wanted.search or "").strip() or None,
        taxonomy_term_id=wanted.taxonomy_term_id,
        minimum_age=wanted.minimum_age,
        maximum_age=wanted.maximum_age,
        taxonomy_id=wanted.taxonomy_id,
        organisation_ids=below,
        modified_after=wanted.modified_after,
        hours=_hours(wanted, now),
    )


def _hours(wanted: ServicesWanted, now: datetime) -> Hours | None:
    if wanted.day is None and wanted.start_time is None and wanted.end_time is None:
        return None
    return Hours(
        today=now.astimezone(LONDON).date(),
        day=ICALENDAR_DAYS.index(wanted.day.upper()) + 1 if wanted.day else None,
        opens_from=time.fromisoformat(wanted.start_time) if wanted.start_time else None,
        closes_by=time.fromisoformat(wanted.end_time) if wanted.end_time else None,
    )

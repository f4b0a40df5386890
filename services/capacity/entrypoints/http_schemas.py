"""What the API takes and gives. Never shared with events or tables."""

from datetime import date, datetime, time
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from services.capacity.domain.doubt import Doubt, DoubtCode
from services.capacity.domain.kinds import PoolKind
from services.capacity.domain.pool import Pool, Statement
from services.capacity.domain.status import Source, Status
from services.capacity.domain.times import Times
from services.capacity.use_cases.read_settlement import Settlement
from shared.service_defaults.moments import Moment

MOST_PLACES = 1000
LONGEST_NOTE = 200  # characters
NO_NUL = r"^[^\x00]*$"  # which PostgreSQL keeps in no text
LARGEST_VERSION = 2_147_483_647
STILL_SETTLING = (
    "A few people were being placed at that very moment. They are being placed elsewhere; should one still "
    "be offered to you, you can decline. Nobody else is added."
)

SaidStatus = Literal["open", "limited", "full", "paused"]


class SignalStatement(BaseModel):
    """What a provider says.

    For open and limited one of two numbers. `free`: places for new people, beside whoever holds or has one.
    `places`: all places together; the free ones follow, and when more hold or have one than that, nobody loses
    theirs and nobody new comes until enough of them have left. Open with neither means that there is no limit.
    `note` is for staff alone and goes out in no event.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    status: SaidStatus
    places: Annotated[int, Field(ge=1, le=MOST_PLACES)] | None = None
    free: Annotated[int, Field(ge=0, le=MOST_PLACES)] | None = Field(default=None, validate_default=True)
    version_seen: Annotated[int, Field(ge=0, le=LARGEST_VERSION)]
    tapped_at: Moment
    paused_until: Moment | None = None
    expected_wait_days: Annotated[int, Field(ge=0, le=1000)] | None = None
    note: (
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NOTE, pattern=NO_NUL)]
        | None
    ) = None

    @field_validator("places")
    @classmethod
    def _only_where_places_are_given(cls, places: int | None, info: ValidationInfo) -> int | None:
        if places is not None and info.data.get("status") not in {"open", "limited"}:
            raise PydanticKnownError("extra_forbidden")
        return places

    @field_validator("free")
    @classmethod
    def _fits_the_status(cls, free: int | None, info: ValidationInfo) -> int | None:
        status, places = info.data.get("status"), info.data.get("places")
        if free is not None and places is not None:
            raise PydanticKnownError("extra_forbidden")
        if status == "limited" and free is None and places is None:
            raise PydanticKnownError("missing")
        if status in {"open", "limited"} and free == 0:
            raise PydanticKnownError("greater_than_equal", {"ge": 1})
        if status in {"full", "paused"} and free:
            raise PydanticKnownError("less_than_equal", {"le": 0})
        return free

    @field_validator("paused_until")
    @classmethod
    def _only_when_paused(cls, until: datetime | None, info: ValidationInfo) -> datetime | None:
        if until is not None and info.data.get("status") != "paused":
            raise PydanticKnownError("extra_forbidden")
        return until

    def as_statement(self, client: str, source: Source = Source.API) -> Statement:
        return Statement(
            status=Status(self.status),
            free=self.free,
            version_seen=self.version_seen,
            tapped_at=self.tapped_at,
            source=source,
            said_by=client,
            paused_until=self.paused_until,
            expected_wait_days=self.expected_wait_days,
            places=self.places,
            note=self.note or None,
        )


class ToldReason(BaseModel):
    """`number` of the last `of` offers; for `waits-grow` the days of waiting now, and before."""

    code: DoubtCode
    number: int
    of: int


class ToldDoubt(BaseModel):
    """How likely it is, by what became of the offers, that `open` is not so any more. It changes nothing by itself."""

    percent: int
    reasons: list[ToldReason]

    @classmethod
    def of(cls, doubt: Doubt) -> Self:
        reasons = [ToldReason(code=each.code, number=each.number, of=each.of) for each in doubt.reasons]
        return cls(percent=doubt.percent, reasons=reasons)


class ToldTimes(BaseModel):
    """When it takes place, by London's clocks: `days` of each week, or by number of each month (2TU, -1FR); `on` once."""

    days: list[str] = []
    every_weeks: int | None = None
    on: date | None = None
    opens_at: time | None = None
    closes_at: time | None = None

    @classmethod
    def of(cls, times: Times) -> Self:
        return cls(
            days=list(times.days),
            every_weeks=times.every_weeks,
            on=times.on,
            opens_at=times.opens_at,
            closes_at=times.closes_at,
        )


class PoolState(BaseModel):
    """A pool as it stands. `free` null: open without a limit. Version 0: nobody has spoken yet.

    `places` = `free` + `held` + `taken`. `in_all` is what the provider said of all places together, if they did,
    and `over_by` how many more hold or have a place than that.
    """

    pool_id: UUID
    service_id: UUID
    service_name: str
    kind: PoolKind = PoolKind.SERVICE
    starts_on: date | None = None
    times: ToldTimes | None = None
    withdrawn: bool
    version: int
    status: Status
    free: int | None
    places: int
    held: int
    taken: int
    in_all: int | None = None
    over_by: int = 0
    source: Source | None
    confirmed_at: datetime | None
    expires_at: datetime | None
    paused_until: datetime | None
    expected_wait_days: int | None
    doubt: ToldDoubt | None = None

    @classmethod
    def of(cls, pool: Pool) -> Self:
        ledger, said = pool.ledger, pool.said
        return cls(
            pool_id=pool.pool_id,
            service_id=pool.service_id,
            service_name=pool.service_name,
            kind=pool.kind,
            starts_on=pool.starts_on,
            times=ToldTimes.of(pool.times) if pool.times else None,
            withdrawn=ledger.withdrawn,
            version=ledger.version,
            status=ledger.status,
            free=ledger.free_or_no_limit,
            places=ledger.places,
            held=ledger.held,
            taken=ledger.taken,
            in_all=ledger.in_all,
            over_by=ledger.over_by,
            source=said.source if said else None,
            confirmed_at=said.confirmed_at if said else None,
            expires_at=said.expires_at if said else None,
            paused_until=said.paused_until if said else None,
            expected_wait_days=said.expected_wait_days if said else None,
            doubt=ToldDoubt.of(pool.doubt) if pool.doubt else None,
        )


class ShownOffer(BaseModel):
    request_id: UUID
    shown_at: datetime


class SignalAnswer(PoolState):
    """The state after a statement. After full or paused: what had been shown before, and what still settles.

    `settling` 0 is the promise: from now on nobody is shown who was not shown before.
    """

    already_shown: list[ShownOffer] = []
    settling: int = 0
    what_happens_next: str | None = None

    def settled(self, settlement: Settlement) -> Self:
        shown = [
            ShownOffer(request_id=each.request_id, shown_at=each.shown_at)
            for each in settlement.already_shown
            if each.shown_at is not None
        ]
        return self.model_copy(
            update={
                "already_shown": shown,
                "settling": settlement.settling,
                "what_happens_next": STILL_SETTLING if settlement.settling else over_words(self),
            }
        )


def over_words(state: PoolState) -> str | None:
    """What follows when more hold or have a place than were said in all."""
    if not state.over_by:
        return None
    return (
        f"{state.taken} people have a place and {state.held} are offered one; you said {state.in_all} places in"
        f" all. Everybody keeps theirs. Nobody new comes until {state.over_by + 1} of them have left."
    )


class PoolList(BaseModel):
    pools: list[PoolState]


class PlacesThen(BaseModel):
    """How the places stood at a moment, and since when."""

    places: int
    free: int
    held: int
    taken: int
    recorded_at: datetime

    def with_nothing_free(self) -> Self:
        """Who holds or has a place keeps it."""
        return self.model_copy(update={"places": self.held + self.taken, "free": 0})


class SignalThen(BaseModel):
    """The signal that stood at a moment, and how the places stood under it.

    Of a pool that was withdrawn then no word counted: `unknown`, and nothing free, until its service was there again.
    """

    version: int
    status: Status
    free: int | None
    in_all: int | None
    source: Source
    confirmed_at: datetime
    expires_at: datetime
    paused_until: datetime | None
    expected_wait_days: int | None
    doubt_percent: int | None
    recorded_at: datetime
    ledger: PlacesThen | None = None
    withdrawn: bool = False

    def as_it_counted(self) -> Self:
        if not self.withdrawn:
            return self
        said = {"in_all": None, "paused_until": None, "expected_wait_days": None, "doubt_percent": None}
        places = self.ledger.with_nothing_free() if self.ledger else None
        return self.model_copy(update={"status": Status.UNKNOWN, "free": 0, "ledger": places, **said})

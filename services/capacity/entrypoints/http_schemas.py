"""What the API takes and gives. Never shared with events or tables."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from services.capacity.domain.pool import Pool, Statement
from services.capacity.domain.status import Source, Status
from services.capacity.use_cases.read_settlement import Settlement
from shared.service_defaults.moments import Moment

MOST_PLACES = 1000
LARGEST_VERSION = 2_147_483_647
STILL_SETTLING = (
    "A few people were being placed at that very moment. They are being placed elsewhere; should one still "
    "be offered to you, you can decline. Nobody else is added."
)

SaidStatus = Literal["open", "limited", "full", "paused"]


class SignalStatement(BaseModel):
    """What a provider says. `free` is for open and limited; null with open means that there is no limit."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    status: SaidStatus
    free: Annotated[int, Field(ge=0, le=MOST_PLACES)] | None = Field(default=None, validate_default=True)
    version_seen: Annotated[int, Field(ge=0, le=LARGEST_VERSION)]
    tapped_at: Moment
    paused_until: Moment | None = None
    expected_wait_days: Annotated[int, Field(ge=0, le=1000)] | None = None

    @field_validator("free")
    @classmethod
    def _fits_the_status(cls, free: int | None, info: ValidationInfo) -> int | None:
        status = info.data.get("status")
        if status == "limited" and free is None:
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

    def as_statement(self, client: str) -> Statement:
        return Statement(
            status=Status(self.status),
            free=self.free,
            version_seen=self.version_seen,
            tapped_at=self.tapped_at,
            source=Source.API,
            said_by=client,
            paused_until=self.paused_until,
            expected_wait_days=self.expected_wait_days,
        )


class PoolState(BaseModel):
    """A pool as it stands. `free` null: open without a limit. Version 0: nobody has spoken yet."""

    pool_id: UUID
    service_id: UUID
    service_name: str
    withdrawn: bool
    version: int
    status: Status
    free: int | None
    places: int
    held: int
    taken: int
    source: Source | None
    confirmed_at: datetime | None
    expires_at: datetime | None
    paused_until: datetime | None
    expected_wait_days: int | None

    @classmethod
    def of(cls, pool: Pool) -> Self:
        ledger, said = pool.ledger, pool.said
        return cls(
            pool_id=pool.pool_id,
            service_id=pool.service_id,
            service_name=pool.service_name,
            withdrawn=ledger.withdrawn,
            version=ledger.version,
            status=ledger.status,
            free=ledger.free_or_no_limit,
            places=ledger.places,
            held=ledger.held,
            taken=ledger.taken,
            source=said.source if said else None,
            confirmed_at=said.confirmed_at if said else None,
            expires_at=said.expires_at if said else None,
            paused_until=said.paused_until if said else None,
            expected_wait_days=said.expected_wait_days if said else None,
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
                "what_happens_next": STILL_SETTLING if settlement.settling else None,
            }
        )


class PoolList(BaseModel):
    pools: list[PoolState]


class SignalThen(BaseModel):
    """The signal that stood at a moment."""

    version: int
    status: Status
    free: int | None
    source: Source
    confirmed_at: datetime
    expires_at: datetime
    paused_until: datetime | None
    expected_wait_days: int | None
    recorded_at: datetime

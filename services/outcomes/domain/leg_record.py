"""What became of one leg, as far as the log has told: a fold over its events, without I/O."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class LegState(StrEnum):
    MATCHING = "matching"
    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    STARTED = "started"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    UNMET = "unmet"


@dataclass(frozen=True, slots=True)
class LegRecord:
    """One leg for the commissioner's figures. What happened once stays: `waited_at` outlives the wait."""

    leg_id: UUID
    referral_id: UUID
    person_id: UUID
    area: str
    need: str
    state: LegState = LegState.MATCHING
    service_id: UUID | None = None
    waited_at: datetime | None = None
    accepted_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    unmet_at: datetime | None = None
    unmet_reason: str | None = None
    declines: int = 0
    lapses: int = 0
    organisation_id: UUID | None = None
    """Whose place it is, or was."""
    unmet_barrier: str | None = None
    """What excluded most of the groups that there are, where that was told: finer than the reason."""
    missed: int = 0
    """On how many days they were expected and did not come."""

    def wait_listed(self, since: datetime) -> "LegRecord":
        return replace(self, state=LegState.WAITING, waited_at=self.waited_at or since)

    def offered(self) -> "LegRecord":
        return replace(self, state=LegState.OFFERED)

    def accepted(self, at: datetime, service_id: UUID, organisation_id: UUID) -> "LegRecord":
        return replace(
            self, state=LegState.ACCEPTED, accepted_at=self.accepted_at or at, service_id=service_id,
            organisation_id=organisation_id,
        )  # fmt: skip

    def declined(self) -> "LegRecord":
        return replace(self, state=LegState.MATCHING, declines=self.declines + 1)

    def lapsed(self) -> "LegRecord":
        return replace(self, state=LegState.MATCHING, lapses=self.lapses + 1)

    def started(self, at: datetime) -> "LegRecord":
        return replace(self, state=LegState.STARTED, started_at=self.started_at or at)

    def not_attended(self) -> "LegRecord":
        return replace(self, missed=self.missed + 1)

    def completed(self, at: datetime) -> "LegRecord":
        return replace(self, state=LegState.COMPLETED, completed_at=self.completed_at or at)

    def withdrawn(self, at: datetime) -> "LegRecord":
        return replace(self, state=LegState.WITHDRAWN, withdrawn_at=at)

    def unmet(self, at: datetime, reason: str, barrier: str | None) -> "LegRecord":
        return replace(self, state=LegState.UNMET, unmet_at=at, unmet_reason=reason, unmet_barrier=barrier)

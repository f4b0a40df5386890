"""One person's referral as referral tells it, event by event."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from shared.events import referral
from shared.events.envelope import Event, new_event_id
from shared.events.event_data import EventData

EALING, CAMDEN = "E09000009", "E09000007"
START = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

Data = TypeVar("Data", bound=EventData)


@dataclass
class Journey:
    """Makes events about one referral with one leg; each happens a minute after the one before."""

    area: str = EALING
    door: str = "gp"
    now: datetime = START
    person_id: UUID = field(default_factory=uuid4)
    referral_id: UUID = field(default_factory=uuid4)
    leg_id: UUID = field(default_factory=uuid4)
    service_id: UUID = field(default_factory=uuid4)
    started_at: datetime = START
    organisation_id: UUID = field(default_factory=uuid4)
    referring_organisation_id: UUID | None = None

    def received(self) -> Event[Any]:
        return self._event(
            referral.ReferralReceivedV1,
            referral_id=self.referral_id,
            person_id=self.person_id,
            door=self.door,
            needs=["loneliness"],
            received_at=self.now,
            referring_organisation_id=self.referring_organisation_id,
        )

    def waiting(self) -> Event[Any]:
        return self._of_leg(referral.ReferralWaitListedV1, waiting_since=self.now)

    def offered(self) -> Event[Any]:
        return self._placed(
            referral.ReferralOfferedV1, offered_at=self.now, answer_by=self.now + timedelta(hours=72)
        )

    def accepted(self) -> Event[Any]:
        return self._placed(referral.ReferralAcceptedV1)

    def declined(self) -> Event[Any]:
        return self._placed(referral.ReferralDeclinedV1, reason="not-suitable")

    def lapsed(self) -> Event[Any]:
        return self._placed(referral.ReferralLapsedV1)

    def started(self) -> Event[Any]:
        self.started_at = self.now
        return self._placed(referral.ReferralStartedV1, started_at=self.started_at)

    def not_attended(self) -> Event[Any]:
        return self._placed(referral.ReferralNotAttendedV1, missed_at=self.now)

    def completed(self) -> Event[Any]:
        return self._placed(referral.ReferralCompletedV1, completed_at=self.now)

    def withdrawn(self) -> Event[Any]:
        return self._of_leg(referral.ReferralWithdrawnV1)

    def no_place_at_event(self) -> Event[Any]:
        return self._of_leg(referral.ReferralNoPlaceAtEventV1)

    def no_place_meanwhile(self) -> Event[Any]:
        return self._of_leg(referral.ReferralNoPlaceMeanwhileV1)

    def unmet(self, reason: str = "travel", barrier: str | None = None) -> Event[Any]:
        return self._of_leg(referral.ReferralNeedUnmetV1, reason=reason, barrier=barrier)

    def links_stopped(self, links_valid_from: datetime | None) -> Event[Any]:
        return self._event(
            referral.ReferralLinkAskedV1,
            referral_id=self.referral_id,
            person_id=self.person_id,
            needs=["loneliness"],
            links_valid_from=links_valid_from,
        )

    def _of_leg(self, model: type[Data], **more: Any) -> Event[Data]:
        return self._event(
            model,
            referral_id=self.referral_id,
            leg_id=self.leg_id,
            person_id=self.person_id,
            need="loneliness",
            **more,
        )

    def _placed(self, model: type[Data], **more: Any) -> Event[Data]:
        ids = {"request_id": uuid4(), "pool_id": uuid4(), "organisation_id": self.organisation_id}
        return self._of_leg(model, service_id=self.service_id, **ids, **more)

    def _event(self, model: type[Data], **data: Any) -> Event[Data]:
        self.now += timedelta(minutes=1)
        trace = f"00-{self.referral_id.hex}-{uuid4().hex[:16]}-01"
        return Event(new_event_id(), self.now, self.area, model.model_validate(data), None, trace)

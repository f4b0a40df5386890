"""Handmade histories for the checker: a log written line by line."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from deploy.demo.log_records import LogRecord

BEGAN = datetime(2026, 11, 2, 9, tzinfo=UTC)
TOPICS = {
    "capacity.signal-changed.v1": "capacity.signals.v1",
    "capacity": "capacity.places.v1",
    "referral.place": "referral.place-requests.v1",
    "referral": "referral.referrals.v1",
    "outcomes": "outcomes.follow-ups.v1",
    "notify": "notify.messages.v1",
}


class History:
    """Writes events a second apart, all in one partition a topic."""

    def __init__(self) -> None:
        self.records: list[LogRecord] = []

    def say(self, kind: str, *, after: float = 1.0, **data: Any) -> LogRecord:
        topic = next(name for prefix, name in TOPICS.items() if kind.startswith(prefix))
        last = self.records[-1].time if self.records else BEGAN
        record = LogRecord(
            topic, 0, len(self.records), str(uuid4()), kind, last + timedelta(seconds=after), data
        )
        self.records.append(record)
        return record

    def signal(self, pool: str, version: int, status: str, free: int | None) -> LogRecord:
        return self.say("capacity.signal-changed.v1", pool_id=pool, version=version, status=status, free=free)

    def held(self, pool: str, request: str, version: int) -> LogRecord:
        return self.say(
            "capacity.place-held.v1",
            pool_id=pool,
            request_id=request,
            signal_version=version,
            **_leg_of(request),
        )

    def freed(
        self, pool: str, request: str, version: int, *, reopened: bool = True, reason: str = "given-up"
    ) -> LogRecord:
        return self.say(
            "capacity.place-freed.v1",
            pool_id=pool,
            request_id=request,
            signal_version=version,
            reopened=reopened,
            reason=reason,
        )

    def refused(self, pool: str, request: str, reason: str = "no-free-place") -> LogRecord:
        return self.say(
            "capacity.place-refused.v1", pool_id=pool, request_id=request, reason=reason, **_leg_of(request)
        )

    def taken(self, pool: str, request: str) -> LogRecord:
        return self.say("capacity.place-taken.v1", pool_id=pool, request_id=request, **_leg_of(request))

    def received(self, *needs: str, referral: str = "referral-1") -> LogRecord:
        return self.say(
            "referral.received.v1", referral_id=referral, person_id=f"person-of-{referral}", needs=list(needs)
        )

    def asks(self, pool: str, request: str) -> LogRecord:
        return self.say("referral.place-requested.v1", pool_id=pool, request_id=request, **_leg_of(request))

    def of_request(self, fact: str, pool: str, request: str, **more: Any) -> LogRecord:
        """`fact` such as 'accepted' or 'place-confirmed'."""
        ids: dict[str, Any] = {
            "organisation_id": "org-1",
            "person_id": "person-of-referral-1",
            "pool_id": pool,
        }
        offered: dict[str, Any] = {"offered_at": self._next_moment()} if fact == "offered" else {}
        return self.say(
            f"referral.{fact}.v1", request_id=request, **ids, **_leg_of(request), **offered, **more
        )

    def of_leg(self, fact: str, leg: str = "leg-1", **more: Any) -> LogRecord:
        return self.say(
            f"referral.{fact}.v1",
            leg_id=leg,
            referral_id="referral-1",
            person_id="person-of-referral-1",
            **more,
        )

    def follow_up(self, fact: str, occasion: str = "before", leg: str = "leg-1") -> LogRecord:
        return self.say(
            f"outcomes.{fact}.v1",
            follow_up_id=f"{occasion}-{leg}",
            leg_id=leg,
            occasion=occasion,
            person_id="person-of-referral-1",
        )

    def message(
        self, template: str, recipient: str = "person-of-referral-1", message: str | None = None
    ) -> LogRecord:
        return self.say(
            "notify.message-delivered.v1",
            message_id=message or str(uuid4()),
            recipient_id=recipient,
            template=template,
        )

    def _next_moment(self) -> str:
        return (self.records[-1].time + timedelta(seconds=1)).isoformat()


def _leg_of(request: str) -> dict[str, Any]:
    """Requests of the first leg are named r1, r1b …, those of the second r2."""
    return {"leg_id": f"leg-{request[1]}", "referral_id": "referral-1"}


def whole_journey() -> History:
    """A referral with one need that went well, from the door to the measure."""
    log = History()
    log.received("loneliness")
    log.message("we-have-your-referral")
    log.signal("pool", 1, "open", 1)
    log.asks("pool", "r1")
    log.held("pool", "r1", 1)
    log.of_request("offered", "pool", "r1")
    log.message("new-offer", "org-1")
    log.of_request("place-confirmed", "pool", "r1")
    log.taken("pool", "r1")
    log.of_request("accepted", "pool", "r1")
    log.message("you-have-a-place")
    log.message("place-taken", "org-1")
    log.follow_up("follow-up-due")
    log.message("how-are-you")
    log.follow_up("measure-recorded")
    log.follow_up("follow-up-settled")
    return log


def without(log: History, *kinds: str) -> Sequence[LogRecord]:
    return [record for record in log.records if record.type not in kinds]

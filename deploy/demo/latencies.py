"""How long people waited for an answer from the platform: from the POST to a place held, or a place in line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from deploy.demo.log_records import LogRecord, of_type

ANSWERS = ("capacity.place-held.v1", "referral.wait-listed.v1")


@dataclass(frozen=True, slots=True)
class Latencies:
    """Milliseconds, one figure a leg. `unanswered` legs had neither (nothing suits, or still on the way)."""

    milliseconds: Sequence[float]

    def percentile(self, share: float) -> float | None:
        """Nearest rank: the smallest value that at least this share of all do not exceed."""
        if not self.milliseconds:
            return None
        ordered = sorted(self.milliseconds)
        return round(ordered[max(1, ceil(share * len(ordered))) - 1], 1)

    def as_json(self) -> dict[str, float | int | None]:
        return {
            "n": len(self.milliseconds),
            "p50": self.percentile(0.5),
            "p99": self.percentile(0.99),
            "max": self.percentile(1.0),
        }


def latencies(records: Iterable[LogRecord], referrals: set[str] | None = None) -> Latencies:
    """Of each leg's first answer, by the events' own times; of the given referrals, or of all."""
    log = list(records)
    received: dict[str, datetime] = {
        each["referral_id"]: each.time
        for each in of_type(log, "referral.received.v1")
        if referrals is None or each["referral_id"] in referrals
    }
    first: dict[str, float] = {}
    for answer in of_type(log, *ANSWERS):
        since = received.get(answer["referral_id"])
        if since is None:
            continue
        waited = (answer.time - since).total_seconds() * 1000
        first[answer["leg_id"]] = min(waited, first.get(answer["leg_id"], waited))
    return Latencies(list(first.values()))

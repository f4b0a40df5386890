"""A span, as much of it as the pictures need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REFERRAL = "kith.referral_id"


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of work in one process. Times are nanoseconds since 1970."""

    trace_id: str
    span_id: str
    parent_id: str | None
    service: str
    name: str
    started: int
    ended: int
    failed: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    linked_traces: tuple[str, ...] = ()

    @property
    def referral_id(self) -> str | None:
        return self.attributes.get(REFERRAL)

    def as_json(self) -> dict[str, Any]:
        return {
            "trace_id": self.trace_id,
            "span_id": self.span_id,
            "parent_id": self.parent_id,
            "service": self.service,
            "name": self.name,
            "started": self.started,
            "ended": self.ended,
            "failed": self.failed,
            "attributes": dict(self.attributes),
            "linked_traces": list(self.linked_traces),
        }


def span_from_json(record: Mapping[str, Any]) -> Span:
    """Reads back what `as_json` wrote."""
    return Span(**{**record, "linked_traces": tuple(record["linked_traces"])})

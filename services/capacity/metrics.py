"""What capacity counts. Labels are codes, never ids."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from services.capacity.domain.places import Fact, PlaceFreed, PlaceHeld, PlaceRefused, PlaceTaken

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@dataclass(frozen=True, slots=True)
class CapacityMetrics:
    registry: CollectorRegistry
    outcomes: Counter = field(init=False)
    repeated: Counter = field(init=False)
    forgotten_holds: Counter = field(init=False)
    settled_seconds: Histogram = field(init=False)
    unsettled: Counter = field(init=False)
    not_handled: Counter = field(init=False)
    set_aside: Gauge = field(init=False)

    def __post_init__(self) -> None:
        registry = self.registry
        made = {
            "outcomes": Counter(
                "kith_capacity_place_outcomes",
                "What became of requests for places",
                ("outcome",),
                registry=registry,
            ),
            "repeated": Counter(
                "kith_capacity_answers_repeated",
                "Outcomes said again to referral, which had not heard them",
                ("outcome",),
                registry=registry,
            ),
            "forgotten_holds": Counter(
                "kith_capacity_forgotten_holds",
                "Held places that nobody ended: each one is a fault",
                registry=registry,
            ),
            "settled_seconds": Histogram(
                "kith_capacity_full_settled_seconds",
                "From full or paused to the answer that nobody new will be shown",
                registry=registry,
                buckets=SECONDS,
            ),
            "unsettled": Counter(
                "kith_capacity_full_unsettled",
                "Answers to full or paused given before all was settled",
                registry=registry,
            ),
            "not_handled": Counter(
                "kith_capacity_pools_not_handled",
                "Pools that a round could not handle, each time",
                ("round",),
                registry=registry,
            ),
            "set_aside": Gauge(
                "kith_capacity_pools_set_aside",
                "Pools that rounds pass over for a while because one could not handle them",
                registry=registry,
            ),
        }
        for name, metric in made.items():
            object.__setattr__(self, name, metric)

    def count(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self.outcomes.labels(outcome_code(fact)).inc()

    def count_repeated(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self.repeated.labels(outcome_code(fact)).inc()


def outcome_code(fact: Fact) -> str:
    match fact:
        case PlaceHeld():
            return "held"
        case PlaceTaken():
            return "taken"
        case PlaceRefused(reason=reason):
            return f"refused-{reason.value}"
        case PlaceFreed(reason=freeing):
            return f"freed-{freeing.value}"

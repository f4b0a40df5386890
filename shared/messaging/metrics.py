"""What messaging counts. Labels are names of consumers and event types, never ids."""

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge


@dataclass(frozen=True, slots=True)
class MessagingMetrics:
    """The figures of one process, in its registry."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    events: Counter = field(init=False)
    inbox_trimmed: Counter = field(init=False)
    published: Counter = field(init=False)
    outbox_depth: Gauge = field(init=False)
    outbox_oldest: Gauge = field(init=False)
    deferred: Gauge = field(init=False)
    parked_oldest: Gauge = field(init=False)

    def __post_init__(self) -> None:
        made = {
            "events": Counter(
                "kith_events",
                "Events that a consumer took charge of, by what became of them",
                ("consumer", "event_type", "result"),
                registry=self.registry,
            ),
            "inbox_trimmed": Counter(
                "kith_inbox_trimmed", "Inbox rows that were old enough to go", registry=self.registry
            ),
            "published": Counter(
                "kith_outbox_published", "Events that the relay published", registry=self.registry
            ),
            "outbox_depth": Gauge(
                "kith_outbox_depth", "Events committed and not yet published", registry=self.registry
            ),
            "outbox_oldest": Gauge(
                "kith_outbox_oldest_seconds", "Age of the oldest of them", registry=self.registry
            ),
            "deferred": Gauge(
                "kith_deferred_events", "Events put aside, by status", ("status",), registry=self.registry
            ),
            "parked_oldest": Gauge(
                "kith_parked_oldest_seconds",
                "How long the key that is parked longest has waited",
                registry=self.registry,
            ),
        }
        for name, metric in made.items():
            object.__setattr__(self, name, metric)

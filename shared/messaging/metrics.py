"""What messaging counts. Labels are names of consumers and event types, never ids."""

from prometheus_client import Counter, Gauge

EVENTS = Counter(
    "kith_events_total",
    "Events that a consumer took charge of, by what became of them.",
    ["consumer", "event_type", "result"],
)
PUBLISHED = Counter("kith_outbox_published_total", "Events that the relay published.", ["service"])
OUTBOX_DEPTH = Gauge("kith_outbox_depth", "Events that are committed and not yet published.", ["service"])
OUTBOX_AGE = Gauge("kith_outbox_oldest_seconds", "Age of the oldest unpublished event.", ["service"])
DEFERRED = Gauge("kith_deferred_events", "Events put aside, by status.", ["service", "status"])
PARKED_AGE = Gauge(
    "kith_parked_oldest_seconds", "How long the key that is parked longest has waited.", ["service"]
)
EVENT_AGE = Gauge("kith_event_age_seconds", "Age of the newest event a consumer handled.", ["consumer"])

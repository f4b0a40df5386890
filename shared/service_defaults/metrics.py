"""Metrics: one registry per process, given to whoever counts, shown at /metrics."""

from dataclasses import dataclass, field

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from starlette.responses import Response

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def new_registry() -> CollectorRegistry:
    """A registry with the process's own figures in it."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return registry


@dataclass(frozen=True, slots=True)
class HttpMetrics:
    """What is counted of every request, by route template."""

    registry: CollectorRegistry
    seconds: Histogram = field(init=False)
    under_way: Gauge = field(init=False)
    refused: Counter = field(init=False)

    def __post_init__(self) -> None:
        labels = ("method", "route", "status")
        made = {
            "seconds": Histogram(
                "kith_http_request_seconds", "Time to answer", labels, registry=self.registry, buckets=SECONDS
            ),
            "under_way": Gauge("kith_http_requests_under_way", "Being answered now", registry=self.registry),
            "refused": Counter(
                "kith_access_refused",
                "Requests without the right to them",
                ("reason",),
                registry=self.registry,
            ),
        }
        for name, metric in made.items():
            object.__setattr__(self, name, metric)


def metrics_response(registry: CollectorRegistry) -> Response:
    """The registry in Prometheus's text form."""
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

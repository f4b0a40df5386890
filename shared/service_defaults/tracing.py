"""Traces: spans by OTLP over HTTP, with route templates and ids but never an address or anybody's data."""

import threading
from dataclasses import dataclass
from typing import Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON

EXPORT_DELAY = 500  # milliseconds; short, so that a trace can be looked at at once
EXPORT_TIME_LIMIT = 3.0  # seconds; a span store that is away must not hold up a stop
LAST_SPANS_SECONDS = 2.0
LARGEST_QUEUE = 8192  # spans; what does not fit is dropped, never waited for


@dataclass(frozen=True, slots=True)
class Tracing:
    """The running tracer of a process."""

    provider: TracerProvider

    def stop(self) -> None:
        """Sends what is left, for a moment: a span store that hangs must not hold up the end of the process."""
        sending = threading.Thread(target=self.provider.shutdown, name="last-spans", daemon=True)
        sending.start()
        sending.join(LAST_SPANS_SECONDS)


def start_tracing(service_name: str, endpoint: str | None) -> Tracing:
    """Sets the process's tracer. Without an endpoint nothing is recorded, but trace ids are still made and
    passed on, so that logs of several services can be read together.
    """
    provider = make_provider(service_name, endpoint)
    trace.set_tracer_provider(provider)
    return Tracing(provider)


def make_provider(service_name: str, endpoint: str | None) -> TracerProvider:
    """A provider that is not yet the process's own."""
    resource = Resource({"service.name": service_name})
    if not endpoint:
        return TracerProvider(sampler=ALWAYS_OFF, resource=resource, shutdown_on_exit=False)
    provider = TracerProvider(sampler=ALWAYS_ON, resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_TIME_LIMIT)
    provider.add_span_processor(
        BatchSpanProcessor(exporter, max_queue_size=LARGEST_QUEUE, schedule_delay_millis=EXPORT_DELAY)
    )
    return provider


def trace_asyncpg() -> None:
    """Records each SQL statement as a span, without its values. Costs time per statement, so a choice."""
    from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor

    instrumentor: Any = AsyncPGInstrumentor
    instrumentor(capture_parameters=False).instrument()

"""One span for each event that is handled, in the trace that the event came with."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from opentelemetry import propagate, trace

from shared.events.envelope import Event

tracer = trace.get_tracer("kith.messaging")


@contextmanager
def event_spans(consumer: str, events: Sequence[Event[Any]]) -> Iterator[list[Event[Any]]]:
    """Opens a span for each event, a child of the one that said it.

    The events come back with these spans' traceparent, so that what is said because of them hangs below.
    Ids only: `kith.referral_id` is how a journey is found again.
    """
    with ExitStack() as stack:
        yield [_traced(stack, consumer, event) for event in events]


def _traced(stack: ExitStack, consumer: str, event: Event[Any]) -> Event[Any]:
    if event.traceparent is None:
        return event
    parent = propagate.extract({"traceparent": event.traceparent})
    span = tracer.start_span(
        f"{event.type} → {consumer}",
        context=parent,
        kind=trace.SpanKind.CONSUMER,
        attributes=_attributes(consumer, event),
    )
    stack.callback(span.end)
    carrier: dict[str, str] = {}
    propagate.inject(carrier, trace.set_span_in_context(span))
    return replace(event, traceparent=carrier.get("traceparent", event.traceparent))


def _attributes(consumer: str, event: Event[Any]) -> dict[str, str]:
    found = {"kith.consumer": consumer, "kith.event_type": event.type, "kith.event_id": str(event.id)}
    referral_id = getattr(event.data, "referral_id", None)
    return found | ({"kith.referral_id": str(referral_id)} if referral_id else {})

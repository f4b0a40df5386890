"""Tracing that libraries bring along: it must not tell what our own leaves out."""

import subprocess
import sys

from tests.component.service_defaults.test_observation import TOKEN

SPANS_OF_ALL_TRACERS = """
import asyncio
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
spans, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
trace.set_tracer_provider(provider)
from tests.component.service_defaults.test_observation import TOKEN, Watched
asyncio.run(Watched().get(f"/example/offer/{TOKEN}?name=Winston"))
asyncio.run(Watched().get(f"/nothing/{TOKEN}"))
print(*(span.to_json() for span in spans.get_finished_spans()))
"""


def test_no_other_tracer_in_the_process_tells_the_token() -> None:
    """Libraries that come with tracing of their own find the process's provider by themselves."""
    told = subprocess.run(
        [sys.executable, "-c", SPANS_OF_ALL_TRACERS], capture_output=True, text=True, check=True
    ).stdout
    assert TOKEN not in told
    assert "Winston" not in told

"""The span store with OpenTelemetry's own exporter, as the services use it."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, TraceFlags, format_trace_id

from deploy.spans.__main__ import build_app
from deploy.spans.settings import SpanStoreSettings
from shared.service_defaults.tracing import make_provider
from tests.support.http_servers import serving

REFERRAL = "0193a5c2-7d1e-7c43-9f0a-2b6c7d8e9f01"


def settings(folder: Path, **more: Any) -> SpanStoreSettings:
    return SpanStoreSettings(port=0, dir=folder, **more)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[str]:
    async with serving(build_app(settings(tmp_path))) as address:
        yield address


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def export_journey(address: str, compression: Compression = Compression.NoCompression) -> str:
    """Two services' spans in one trace, sent as the services send them; gives the trace's id."""
    linked = SpanContext(0x1234, 0x56, is_remote=True, trace_flags=TraceFlags(1))
    providers = []
    for name in ("referral", "capacity"):
        provider = TracerProvider(resource=Resource({"service.name": name}), shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=f"{address}/v1/traces", compression=compression)
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        providers.append(provider)
    referral, capacity = (provider.get_tracer("test") for provider in providers)
    with referral.start_as_current_span("POST /referral/api/referrals") as root:
        root.set_attribute("kith.referral_id", REFERRAL)
        with capacity.start_as_current_span("hold place", links=[Link(linked)]) as failing:
            failing.set_status(Status(StatusCode.ERROR))
    for provider in providers:
        provider.shutdown()
    return format_trace_id(root.get_span_context().trace_id)


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
async def test_exported_spans_are_found_by_referral(store: str, compression: Compression) -> None:
    trace_id = await asyncio.to_thread(export_journey, store, compression)

    async with httpx.AsyncClient(base_url=store) as client:
        found = (await client.get(f"/traces/api/by-referral/{REFERRAL}")).json()
        same = (await client.get(f"/traces/api/{trace_id}")).json()

    [trace] = found["traces"]
    assert trace == same
    assert trace["trace_id"] == trace_id
    assert trace["services"] == ["referral", "capacity"]
    by_name = {span["name"]: span for span in trace["spans"]}
    assert by_name["hold place"]["parent_id"] == by_name["POST /referral/api/referrals"]["span_id"]
    assert by_name["hold place"]["failed"] is True
    assert by_name["hold place"]["linked_traces"] == [format_trace_id(0x1234)]


async def test_spans_of_a_service_process_arrive(store: str) -> None:
    provider = make_provider("outcomes", store)
    with provider.get_tracer("test").start_as_current_span("follow up") as span:
        pass

    await asyncio.to_thread(provider.shutdown)

    trace_id = format_trace_id(span.get_span_context().trace_id)
    async with httpx.AsyncClient(base_url=store) as client:
        assert (await client.get(f"/traces/api/{trace_id}")).json()["services"] == ["outcomes"]


async def test_traces_survive_a_restart(tmp_path: Path) -> None:
    async with serving(build_app(settings(tmp_path))) as address:
        trace_id = await asyncio.to_thread(export_journey, address)
    with (tmp_path / "spans.jsonl").open("ab") as log:
        log.write(b'{"trace_id": "cut off by a cra')

    async with (
        serving(build_app(settings(tmp_path))) as address,
        httpx.AsyncClient(base_url=address) as client,
    ):
        again = await client.get(f"/traces/api/{trace_id}")
        later = await asyncio.to_thread(export_journey, address)
    async with (
        serving(build_app(settings(tmp_path))) as address,
        httpx.AsyncClient(base_url=address) as client,
    ):
        both = [await client.get(f"/traces/api/{each}") for each in (trace_id, later)]

    assert again.status_code == 200
    assert [each.status_code for each in both] == [200, 200]


async def test_log_on_disk_stays_within_its_bound(tmp_path: Path) -> None:
    async with serving(build_app(settings(tmp_path, log_bytes=8192))) as address:
        for _ in range(30):
            last = await asyncio.to_thread(export_journey, address)
    kept = size_of(tmp_path)

    assert kept < 2 * 8192
    async with (
        serving(build_app(settings(tmp_path))) as address,
        httpx.AsyncClient(base_url=address) as client,
    ):
        assert (await client.get(f"/traces/api/{last}")).status_code == 200


async def test_picture_page_shows_every_step_twice_and_loads_nothing_inline(store: str) -> None:
    trace_id = await asyncio.to_thread(export_journey, store)

    async with httpx.AsyncClient(base_url=store) as client:
        page = await client.get(f"/traces/{trace_id}")
        listed = await client.get("/traces/", params={"referral": REFERRAL})

    assert page.text.count("hold place") == 2  # in the picture and in the table
    assert "style=" not in page.text
    assert "<script>" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert f'href="/traces/{trace_id}"' in listed.text


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"content-type": "application/json"}, 415),
        (b"\xff\xff\xff", {"content-type": "application/x-protobuf"}, 400),
        (b"not gzip", {"content-type": "application/x-protobuf", "content-encoding": "gzip"}, 400),
        (b"x" * (17 * 1024 * 1024), {"content-type": "application/x-protobuf"}, 413),
    ],
)
async def test_what_is_not_an_export_is_refused(
    store: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    async with httpx.AsyncClient(base_url=store) as client:
        refused = await client.post("/v1/traces", content=body, headers=headers)

    assert refused.status_code == status
    assert refused.json()["what_to_do"]


async def test_unknown_trace_says_so(store: str) -> None:
    async with httpx.AsyncClient(base_url=store) as client:
        missing = await client.get(f"/traces/api/{'0' * 32}")
        malformed = await client.get("/traces/api/nonsense")

    assert missing.json()["type"] == "/problems/trace-not-kept"
    assert malformed.status_code == 422


async def test_trace_command_prints_the_journey_and_its_picture(store: str) -> None:
    trace_id = await asyncio.to_thread(export_journey, store)
    environment = {
        "SPANS_PORT": store.rpartition(":")[2], "KITH_PUBLIC_URL": "http://kith.example", "PYTHONPATH": ".",
    }  # fmt: skip
    command = [sys.executable, "-m", "deploy.spans.trace"]

    found, missing = [
        await asyncio.to_thread(
            subprocess.run, [*command, each], env=environment, capture_output=True, text=True, check=False
        )
        for each in (REFERRAL, "0193a5c2-0000-7000-8000-000000000000")
    ]

    assert found.returncode == 0
    assert "└─ capacity  hold place" in found.stdout
    assert f"Picture: http://kith.example/traces/{trace_id}" in found.stdout
    assert missing.returncode == 1
    assert "No trace of referral" in missing.stderr

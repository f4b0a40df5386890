"""How late the event loop is: heartbeats to Kafka share it, so a lag of seconds gets a consumer thrown out."""

import asyncio
import time

from prometheus_client import CollectorRegistry, Histogram

from shared.service_defaults.side_tasks import SideTask

INTERVAL = 0.5  # seconds
BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)


def loop_lag_task(registry: CollectorRegistry) -> SideTask:
    """Measures how much later than asked for a timer fires."""
    lag = Histogram("kith_event_loop_lag_seconds", "Lateness of a timer", registry=registry, buckets=BUCKETS)

    async def measure() -> None:
        while True:
            due = time.perf_counter() + INTERVAL
            await asyncio.sleep(INTERVAL)
            lag.observe(max(0.0, time.perf_counter() - due))

    return SideTask("loop-lag", measure)

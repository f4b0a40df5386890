"""`python -m deploy.spans`"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI

from deploy.spans.http_routes import routes
from deploy.spans.settings import SpanStoreSettings
from deploy.spans.span_log import SpanLog
from deploy.spans.trace_store import TraceStore
from shared.service_defaults.http_app import create_tool_app
from shared.service_defaults.http_server import http_server_task
from shared.service_defaults.process_loop import run_until_stopped
from shared.service_defaults.settings import settings_or_exit
from shared.service_defaults.side_tasks import SideTask


def build_app(settings: SpanStoreSettings) -> FastAPI:
    """The app over what was kept before."""
    span_log = SpanLog(settings.dir, settings.log_bytes)
    store = TraceStore(settings.traces_kept)
    store.add(span_log.read())
    return create_tool_app(title="spans", routers=[routes(store, span_log.append)], health_checks=[])


def main() -> None:
    settings = settings_or_exit(SpanStoreSettings)

    @asynccontextmanager
    async def open_tasks() -> AsyncIterator[Sequence[SideTask]]:
        yield [http_server_task(build_app(settings), settings.host, settings.port)]

    run_until_stopped("spans", open_tasks)


if __name__ == "__main__":
    main()

"""What the last look found, and the metrics, for machines inside; the edge routes neither."""

import asyncio
from typing import Any

from fastapi import APIRouter, Depends
from prometheus_client import CollectorRegistry
from starlette.responses import Response

from deploy.checker.report import as_json
from deploy.checker.watch import Watch
from shared.security.declared_access import public
from shared.service_defaults.http_errors import KithError
from shared.service_defaults.metrics import metrics_response


class NoLookYet(KithError):
    status = 503
    slug = "no-look-yet"
    title = "Nothing was looked at yet"
    what_to_do = "Wait some seconds and ask again."


def routes(watch: Watch, registry: CollectorRegistry) -> APIRouter:
    router = APIRouter(dependencies=[Depends(public())], include_in_schema=False)

    @router.get("/report")
    async def report() -> dict[str, Any]:
        if watch.last is None:
            raise NoLookYet
        return as_json(watch.last)

    @router.get("/metrics")
    async def metrics() -> Response:
        return await asyncio.to_thread(metrics_response, registry)

    return router

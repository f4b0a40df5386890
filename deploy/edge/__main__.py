"""`python -m deploy.edge`"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import shared.web
from deploy.edge.app import Edge
from deploy.edge.assets import read_assets
from deploy.edge.forwarding import Forwarder
from deploy.edge.settings import EdgeSettings
from shared.service_defaults.http_server import http_server_task
from shared.service_defaults.process_loop import run_until_stopped
from shared.service_defaults.settings import settings_or_exit
from shared.service_defaults.side_tasks import SideTask
from shared.service_defaults.tls import server_tls

OUR_STATIC_FILES = Path(shared.web.__path__[0]) / "static"


def main() -> None:
    settings = settings_or_exit(EdgeSettings)

    @asynccontextmanager
    async def open_tasks() -> AsyncIterator[Sequence[SideTask]]:
        tls = server_tls(settings.certificate, settings.certificate_key)
        forwarder = Forwarder()
        assets = read_assets([settings.assets_dir, OUR_STATIC_FILES])
        app = Edge(
            settings.upstreams,
            assets,
            forwarder,
            https=settings.public_url.startswith("https://"),
            trusted_proxies=settings.trusted_proxies,
        )
        try:
            yield [http_server_task(app, settings.host, settings.port, tls)]
        finally:
            forwarder.close()

    run_until_stopped("edge", open_tasks, otlp_endpoint=settings.otlp_endpoint)


if __name__ == "__main__":
    main()

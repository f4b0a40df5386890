"""`python -m deploy.mailbox`"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from deploy.mailbox.http_routes import routes
from deploy.mailbox.message_store import MessageStore
from deploy.mailbox.settings import MailboxSettings
from deploy.mailbox.smtp_server import smtp_server_task
from shared.service_defaults.clock import utc_now
from shared.service_defaults.health import HealthCheck
from shared.service_defaults.http_app import create_tool_app
from shared.service_defaults.http_server import http_server_task, listen
from shared.service_defaults.process_loop import run_until_stopped
from shared.service_defaults.settings import settings_or_exit
from shared.service_defaults.side_tasks import SideTask


def main() -> None:
    settings = settings_or_exit(MailboxSettings)

    async def smtp_answers() -> None:
        _, writer = await asyncio.open_connection(settings.host, settings.smtp_port)
        writer.close()

    @asynccontextmanager
    async def open_tasks() -> AsyncIterator[Sequence[SideTask]]:
        store = MessageStore(settings.dir, settings.messages_kept)
        app = create_tool_app(
            title="mailbox", routers=[routes(store)], health_checks=[HealthCheck("smtp", smtp_answers)]
        )
        listener = listen(settings.host, settings.smtp_port)
        yield [
            smtp_server_task(listener, store, utc_now),
            http_server_task(app, settings.host, settings.http_port),
        ]

    run_until_stopped("mailbox", open_tasks)


if __name__ == "__main__":
    main()

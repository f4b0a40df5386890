"""Takes messages by SMTP (aiosmtpd's protocol) in the process's own event loop."""

import asyncio
import socket
from typing import Any

from aiosmtpd.smtp import SMTP

from deploy.mailbox.message import read_message
from deploy.mailbox.message_store import MessageStore
from shared.service_defaults.clock import Clock
from shared.service_defaults.side_tasks import SideTask

LARGEST_MESSAGE = 1024 * 1024  # bytes


class _Protocol(SMTP):
    """Takes lines of any length, as servers out there do: a header may be one long line."""

    line_length_limit = LARGEST_MESSAGE


class _Taker:
    """Says 250 only when the message is written down."""

    def __init__(self, store: MessageStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        raw = envelope.content if isinstance(envelope.content, bytes) else envelope.content.encode()
        self._store.take(
            read_message(
                raw, sender=envelope.mail_from or "", to=envelope.rcpt_tos, received_at=self._clock()
            )
        )
        return "250 Kept"


def smtp_server_task(listener: socket.socket, store: MessageStore, clock: Clock) -> SideTask:
    """Serves on a socket that is bound already."""
    taker = _Taker(store, clock)

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: _Protocol(
                taker,
                data_size_limit=LARGEST_MESSAGE,
                enable_SMTPUTF8=True,
                hostname="mailbox",
                ident="Kith mailbox",
                loop=loop,
            ),
            sock=listener,
        )
        async with server:
            await server.serve_forever()

    return SideTask("smtp", serve)

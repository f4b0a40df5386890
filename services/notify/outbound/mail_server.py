"""The mail server: a few connections that are kept open, and what its answers mean."""

import asyncio
from email.utils import parseaddr

import aiosmtplib
from aiosmtplib import SMTP

from services.notify.domain.delivery_attempts import Attempt, Failed, Sent, TryLater
from services.notify.outbound.mail_text import Mail

TIME_LIMIT = 10.0  # seconds
PERMANENT = 500  # SMTP reply codes from here on will not change (RFC 5321 §4.2.1)


class MailServer:
    """Sends over at most `connections` connections at once, and with `needs_tls` nothing over one that is in the open."""

    def __init__(
        self, host: str, port: int, connections: int, mail_from: str, *, needs_tls: bool = False
    ) -> None:
        self._sender = parseaddr(mail_from)[1]
        self._idle: asyncio.LifoQueue[SMTP] = asyncio.LifoQueue()
        for _ in range(connections):
            # None: as the server offers it.
            self._idle.put_nowait(
                SMTP(hostname=host, port=port, timeout=TIME_LIMIT, start_tls=needs_tls or None)
            )

    async def send(self, mail: Mail) -> Attempt:
        """Hands the mail over, and says what came of it."""
        client = await self._idle.get()
        try:
            return await self._send(client, mail)
        except asyncio.CancelledError:
            client.close()  # in the middle of a conversation that nobody will end
            raise
        finally:
            self._idle.put_nowait(client)

    async def close(self) -> None:
        """Says goodbye on every connection that is open and idle."""
        while not self._idle.empty():
            client = self._idle.get_nowait()
            if client.is_connected:
                client.close()

    async def _send(self, client: SMTP, mail: Mail) -> Attempt:
        reused = client.is_connected
        try:
            return await self._hand_over(client, mail)
        except aiosmtplib.SMTPServerDisconnected:
            if not reused:
                return TryLater("mail-server-hung-up")
        # A connection that was idle for long is often closed by the server: once more, on a new one.
        try:
            return await self._hand_over(client, mail)
        except aiosmtplib.SMTPServerDisconnected:
            return TryLater("mail-server-hung-up")

    async def _hand_over(self, client: SMTP, mail: Mail) -> Attempt:
        try:
            if not client.is_connected:
                await client.connect()
            await client.sendmail(self._sender, mail.to, mail.content)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _refusal(max(each.code for each in error.recipients))
        except aiosmtplib.SMTPResponseException as error:
            return _refusal(error.code)
        except aiosmtplib.SMTPNotSupported:
            return Failed("refused")
        except aiosmtplib.SMTPServerDisconnected:
            raise
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            client.close()
            return TryLater(f"mail-server-away: {type(error).__name__}")
        return Sent()


def _refusal(code: int) -> Attempt:
    return Failed("refused") if code >= PERMANENT else TryLater(f"mail-server-status: {code}")

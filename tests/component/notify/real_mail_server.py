"""A real SMTP server in the test's event loop, which can refuse, put off or hold what it gets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from shared.service_defaults.tls import server_context
from tests.support.certificates import Certificate


@dataclass
class Mailbox:
    """What arrived, in order, and how the server answers."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    over_tls: list[bool] = field(default_factory=list)
    """Of each mail, whether it came encrypted."""
    answers: list[str] = field(default_factory=list)
    """Answers to the next mails, in turn; then every mail is taken."""
    refused: set[str] = field(default_factory=set)
    """Addresses that are nobody's here."""
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    holding: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.over_tls.append(session.ssl is not None)
        if not self.may_answer.is_set():
            self.holding.set()
            await self.may_answer.wait()
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


@asynccontextmanager
async def real_mail_server(certificate: Certificate | None = None) -> AsyncIterator[Mailbox]:
    """With a certificate it offers STARTTLS."""
    mailbox = Mailbox()
    tls = server_context(certificate.file, certificate.key) if certificate else None

    def connected() -> SMTP:
        mailbox.connections += 1
        return SMTP(mailbox, hostname="mail.test", tls_context=tls)

    server = await asyncio.get_running_loop().create_server(connected, "127.0.0.1", 0)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        mailbox.may_answer.set()
        server.close()

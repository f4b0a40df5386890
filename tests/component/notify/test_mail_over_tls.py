"""Outside a demonstration mail leaves this machine encrypted, to a server that a known authority vouches for, or not at all."""

from pathlib import Path

import pytest

from services.notify.domain.delivery_attempts import Attempt, Sent, TryLater
from services.notify.outbound.mail_server import MailServer
from services.notify.outbound.mail_text import Mail
from tests.component.notify.real_mail_server import Mailbox, real_mail_server
from tests.support.certificates import Certificate, certificate_for

MAIL = Mail("somebody@example.org", b"To: somebody@example.org\r\nSubject: news\r\n\r\nCome on Monday.\r\n")


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return certificate_for("localhost", tmp_path)


async def send(mailbox: Mailbox, *, needs_tls: bool) -> Attempt:
    server = MailServer("localhost", mailbox.port, 1, "kith@example.org", needs_tls=needs_tls)
    try:
        return await server.send(MAIL)
    finally:
        await server.close()


async def test_mail_goes_encrypted_to_a_server_that_is_vouched_for(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    async with real_mail_server(certificate) as mailbox:
        sent = await send(mailbox, needs_tls=True)

    assert sent == Sent()
    assert mailbox.over_tls == [True]


async def test_nothing_goes_to_a_server_that_nobody_vouches_for(certificate: Certificate) -> None:
    async with real_mail_server(certificate) as mailbox:
        sent = await send(mailbox, needs_tls=True)

    assert isinstance(sent, TryLater)
    assert mailbox.mails == []


@pytest.mark.parametrize("needs_tls", [True, False])
async def test_to_a_server_without_tls_mail_goes_in_demonstrations_alone(*, needs_tls: bool) -> None:
    async with real_mail_server() as mailbox:
        sent = await send(mailbox, needs_tls=needs_tls)

    assert isinstance(sent, TryLater) == needs_tls
    assert mailbox.over_tls == [] if needs_tls else [False]

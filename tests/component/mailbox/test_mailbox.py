"""The mailbox with a real SMTP client, as notify uses it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest

from deploy.mailbox.http_routes import routes
from deploy.mailbox.message_store import MessageStore
from deploy.mailbox.smtp_server import LARGEST_MESSAGE, smtp_server_task
from shared.service_defaults.clock import utc_now
from shared.service_defaults.http_app import create_tool_app
from shared.service_defaults.http_server import listen
from tests.support.http_servers import client_of


@dataclass(frozen=True)
class Mailbox:
    pages: httpx.AsyncClient
    smtp_port: int

    async def send(self, to: str, message_id: str, text: str = "Hello", subject: str = "News") -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "kith@kith.example", to, subject
        message["Message-ID"] = message_id
        message.set_content(text)
        await aiosmtplib.send(message, hostname="127.0.0.1", port=self.smtp_port)

    async def messages(self, **asked: str) -> list[dict[str, object]]:
        listed: list[dict[str, object]] = (
            await self.pages.get("/mailbox/messages.json", params=asked)
        ).json()
        return listed


@asynccontextmanager
async def open_mailbox(folder: Path, kept: int = 1000) -> AsyncIterator[Mailbox]:
    store = MessageStore(folder, kept)
    app = create_tool_app(title="mailbox", routers=[routes(store)], health_checks=[])
    listener = listen("127.0.0.1", 0)
    listener.listen()
    taking = asyncio.create_task(smtp_server_task(listener, store, utc_now).run())
    try:
        async with client_of(app) as pages:
            yield Mailbox(pages, listener.getsockname()[1])
    finally:
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)


@pytest.fixture
async def mailbox(tmp_path: Path) -> AsyncIterator[Mailbox]:
    async with open_mailbox(tmp_path) as opened:
        yield opened


async def test_sent_message_is_in_the_list_with_its_links(mailbox: Mailbox) -> None:
    text = "Hello Ann\n\nSay yes or no: http://localhost:8080/referral/offer/tok.en\n"

    await mailbox.send("Ann@example.org", "<1@kith>", text, "A place")

    [message] = await mailbox.messages(to="ann@example.org")
    assert message["subject"] == "A place"
    assert message["message_id"] == "<1@kith>"
    assert message["links"] == ["http://localhost:8080/referral/offer/tok.en"]
    assert message["times_received"] == 1


async def test_repeated_message_id_is_kept_once_and_counted(mailbox: Mailbox) -> None:
    for _ in range(3):
        await mailbox.send("ann@example.org", "<same@kith>")

    [message] = await mailbox.messages()
    page = await mailbox.pages.get("/mailbox/")

    assert message["times_received"] == 3
    assert "Came 3 times" in page.text


async def test_messages_survive_a_restart_with_their_counts(tmp_path: Path) -> None:
    async with open_mailbox(tmp_path) as first:
        await first.send("ann@example.org", "<1@kith>")
        await first.send("ann@example.org", "<1@kith>")
        await first.send("bob@example.org", "<2@kith>")

    async with open_mailbox(tmp_path) as second:
        listed = await second.messages()

    assert [(each["message_id"], each["times_received"]) for each in listed] == [
        ("<2@kith>", 1),
        ("<1@kith>", 2),
    ]


async def test_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    async with open_mailbox(tmp_path, kept=3) as mailbox:
        for place in range(10):
            await mailbox.send("ann@example.org", f"<{place}@kith>")
        listed = await mailbox.messages()

    lines = (tmp_path / "messages.jsonl").read_text().splitlines()
    assert [each["message_id"] for each in listed] == ["<9@kith>", "<8@kith>", "<7@kith>"]
    assert len(lines) <= 7


async def test_list_is_filtered_by_address_time_and_number(mailbox: Mailbox) -> None:
    await mailbox.send("ann@example.org", "<1@kith>")
    await mailbox.send("bob@example.org", "<2@kith>")
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()

    assert [each["message_id"] for each in await mailbox.messages(to="bob")] == ["<2@kith>"]
    assert await mailbox.messages(since=later) == []
    assert len(await mailbox.messages(limit="1")) == 1
    refused = await mailbox.pages.get("/mailbox/messages.json", params={"since": "yesterday"})
    assert refused.status_code == 422


async def test_message_page_shows_text_escaped_with_links_to_follow(mailbox: Mailbox) -> None:
    await mailbox.send("ann@example.org", "<1@kith>", "<b>Hi</b> http://localhost:8080/x", "<i>News</i>")
    [message] = await mailbox.messages()

    page = await mailbox.pages.get(f"/mailbox/{message['id']}")
    missing = await mailbox.pages.get("/mailbox/" + "0" * 24, headers={"accept": "text/html"})

    assert "&lt;b&gt;Hi&lt;/b&gt;" in page.text
    assert '<a href="http://localhost:8080/x">' in page.text
    assert "<i>News" not in page.text
    assert missing.status_code == 404
    assert "This message is not here" in missing.text


async def test_message_that_is_too_large_is_refused_by_smtp(mailbox: Mailbox) -> None:
    with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
        await mailbox.send("ann@example.org", "<1@kith>", "word " * (LARGEST_MESSAGE // 4))

    assert refused.value.code == 552
    assert await mailbox.messages() == []


async def test_fifty_messages_at_once_are_all_kept(mailbox: Mailbox) -> None:
    await asyncio.gather(*(mailbox.send("ann@example.org", f"<{place}@kith>") for place in range(50)))

    assert len(await mailbox.messages()) == 50


MALFORMED = {
    "a charset that is none": b"Content-Type: text/plain; charset=\0\r\n\r\nHello",
    "a charset nobody knows": b"Content-Type: text/plain; charset=no-such\r\n\r\nHello",
    "bytes that are not of their charset": b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xff\xfe",
    "no headers": b"Hello",
    "nothing": b"",
    "a multipart without its boundary": b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nHello",
    "a multipart that is cut off": b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: te",
    "a header as long as a book": b"Subject: " + b"A" * 200_000 + b"\r\n\r\nHello",
    "a message id that never ends": b"Message-ID: <id@[\r\n\r\nHello",
    "an encoded word of half characters": b"Subject: =?utf-16?b?////?=\r\n\r\nHello",
    "zeros": b"Subject: a\0b\r\n\0\0\r\n\r\n\0",
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED.keys())
async def test_malformed_mail_is_taken_and_shown(mailbox: Mailbox, raw: bytes) -> None:
    await aiosmtplib.send(
        raw,
        sender="a@b.example",
        recipients=["ann@example.org"],
        hostname="127.0.0.1",
        port=mailbox.smtp_port,
    )

    [message] = await mailbox.messages()
    assert (await mailbox.pages.get(f"/mailbox/{message['id']}")).status_code == 200
    assert (await mailbox.pages.get("/mailbox")).status_code == 200

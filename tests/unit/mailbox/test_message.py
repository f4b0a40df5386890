"""Reading messages and showing them."""

import html
import re
from datetime import UTC, datetime
from email.message import EmailMessage

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.mailbox.linked_text import linked_text
from deploy.mailbox.message import message_from_json, read_message

PIECES = (
    b'charset=""', b"charset=foo", b"charset=utf-16", b"charset=\0", b"charset=unicode_escape", b"charset*0=a; charset*1=b",
    b"=?utf-8?q?=ff?=", b"=?foo?b?abc?=", b"=?utf-8?b?a?=", b"=?utf-16?b?////?=", b"=?us-ascii?q?=00?=", b"=?", b"\0", b"\xff\xfe",
    b"\xed\xa0\x80", b"multipart/mixed; boundary=x", b'multipart/related; boundary=""', b"message/rfc822",
    b"message/delivery-status", b"text/html", b"base64", b"quoted-printable", b"x-uuencode", b"--x", b"--x--", b"\r\n\r\n",
    b"<", b">", b"@", b'"', b"\\", b"[<id@", b"<id@[", b"(", b",", b";", b":", b"group:;", b"\r", b"\t", b" ", b"A" * 3000,
)  # fmt: skip
HEADERS = (b"From", b"Subject", b"Message-ID", b"Content-Type", b"Content-Transfer-Encoding", b"MIME-Version")
VALUES = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=6)), max_size=4).map(b"".join)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def email(text: str, message_id: str | None = "<1@kith>") -> bytes:
    made = EmailMessage()
    made["Subject"] = "A place for you, café"
    made["From"] = "Kith <hello@kith.example>"
    if message_id:
        made["Message-ID"] = message_id
    made.set_content(text)
    return made.as_bytes()


def test_text_subject_and_links_are_read() -> None:
    text = "Open http://localhost:8080/referral/offer/abc.def-1.\nOr (https://kith.example/x), thanks"

    message = read_message(email(text), sender="bounce@x", to=["Ann@Example.org"], received_at=NOON)

    assert message.subject == "A place for you, café"
    assert message.to == ("ann@example.org",)
    assert message.links == ["http://localhost:8080/referral/offer/abc.def-1", "https://kith.example/x"]
    assert message_from_json(message.as_json()) == message


def test_same_bytes_without_a_message_id_are_the_same_message() -> None:
    first, second, other = (
        read_message(email(text, None), sender="a@b", to=["c@d"], received_at=NOON)
        for text in ("x", "x", "y")
    )

    assert first.id == second.id
    assert first.id != other.id


def test_html_in_a_message_is_shown_not_obeyed() -> None:
    shown = linked_text('<script>alert(1)</script> http://x.example/a?b=1&c="><script> javascript:alert(1)')

    assert "<script>" not in shown
    assert '<a href="http://x.example/a?b=1&amp;c=">' in shown
    assert 'href="javascript' not in shown


@given(st.text() | st.from_regex(r"(https?://\S{0,20}\s?.{0,5}){1,3}"))
def test_text_is_shown_whole_with_no_tag_but_links(text: str) -> None:
    shown = str(linked_text(text))

    assert shown.count("<") == shown.count('<a href="http') + shown.count("</a>")
    assert html.unescape(re.sub(r"</?a[^>]*>", "", shown)) == text


@given(st.binary(max_size=300))
def test_any_bytes_are_read_as_some_message(raw: bytes) -> None:
    assert read_message(raw, sender="a@b", to=["c@d"], received_at=NOON).id


@given(headers=st.dictionaries(st.sampled_from(HEADERS), VALUES), body=st.lists(VALUES, max_size=6))
def test_mail_that_breaks_the_rules_is_read_all_the_same(
    headers: dict[bytes, bytes], body: list[bytes]
) -> None:
    head = b"".join(name + b": " + value + b"\r\n" for name, value in headers.items())

    message = read_message(head + b"\r\n" + b"\r\n".join(body), sender="a@b", to=["c@d"], received_at=NOON)

    assert message_from_json(orjson.loads(orjson.dumps(message.as_json()))) == message
    assert str(linked_text(message.text)).encode() is not None


@pytest.mark.parametrize("header", [b"<id@[x", b"charset=idna base64 <id@[", b"\xff <"])
def test_header_that_cannot_be_read_is_shown_as_it_was_sent(header: bytes) -> None:
    raw = b"From: " + header + b"\r\nSubject: Still here\r\n\r\nHello"

    message = read_message(raw, sender="a@b", to=["c@d"], received_at=NOON)

    assert (message.subject, message.text) == ("Still here", "Hello")
    assert message.sender

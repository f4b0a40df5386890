"""A message as the mailbox keeps it."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from typing import Any

LINK = re.compile(r"https?://[^\s<>\"']+")
AFTER_A_LINK = ".,;:!?)]}"
LONGEST_TEXT = 100_000  # characters
# What Python's email parsers raise for mail that breaks the rules, found by feeding them rubbish.
UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, NameError, AssertionError, MessageError)


@dataclass(frozen=True, slots=True)
class Message:
    """One message and how often it came. The id stands in addresses; Message-ID says which are the same."""

    id: str
    message_id: str
    to: tuple[str, ...]
    sender: str
    subject: str
    received_at: datetime
    text: str
    times_received: int = 1

    @property
    def links(self) -> list[str]:
        return [found.rstrip(AFTER_A_LINK) for found in LINK.findall(self.text)]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "message_id": self.message_id,
            "to": list(self.to),
            "from": self.sender,
            "subject": self.subject,
            "received_at": self.received_at.isoformat(),
            "text": self.text,
            "links": self.links,
            "times_received": self.times_received,
        }


def message_from_json(record: Mapping[str, Any]) -> Message:
    """Reads back what `as_json` wrote."""
    return Message(
        id=record["id"],
        message_id=record["message_id"],
        to=tuple(record["to"]),
        sender=record["from"],
        subject=record["subject"],
        received_at=datetime.fromisoformat(record["received_at"]),
        text=record["text"],
        times_received=record["times_received"],
    )


def read_message(raw: bytes, *, sender: str, to: Sequence[str], received_at: datetime) -> Message:
    """Reads what came by SMTP. Without a Message-ID the bytes themselves say which messages are the same."""
    email = message_from_bytes(raw, policy=policy.default)
    message_id = _header(email, "Message-ID") or f"<{hashlib.sha256(raw).hexdigest()[:32]}@no-id>"
    return Message(
        id=hashlib.sha256(message_id.encode()).hexdigest()[:24],
        message_id=message_id,
        to=tuple(_storable(address).lower() for address in to),
        sender=_header(email, "From") or _storable(sender),
        subject=_header(email, "Subject") or "(no subject)",
        received_at=received_at,
        text=_storable(_text(email)[:LONGEST_TEXT]),
    )


def _header(email: EmailMessage, name: str) -> str:
    """The header in one line: read, or as it was sent where it breaks the rules; empty when there is none."""
    try:
        value = str(email.get(name, ""))
    except UNREADABLE:
        value = next(raw for found, raw in email.raw_items() if found.lower() == name.lower())
    return " ".join(_storable(value).split())


def _text(email: EmailMessage) -> str:
    try:
        part = email.get_body(preferencelist=("plain", "html"))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""
    except UNREADABLE:
        return "(This text is in an encoding that cannot be read.)"


def _storable(text: str) -> str:
    """Half a character, which bytes that are no text leave behind, cannot be written down."""
    return text.encode("utf-8", "replace").decode()

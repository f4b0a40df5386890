"""Makes a mail from a template and what the recipient's owner said. The text lives only in the mail."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.notify.domain.message_rules import STOPPED_BY_LINK
from shared.security.recipients import RecipientAnswer
from shared.vocabulary.vocabulary import barriers

TEMPLATES = Path(__file__).parent / "templates"
SUBJECT = "Subject: "
DISCREET_TEMPLATE = "a-message-for-you"
# By barrier, or by the reason where that is all that was told.
WHY_NOTHING = {
    **{code: f"{term.label}." for code, term in barriers().items()},
    "no-service": "No group near them helps with this now.",
    "not-eligible": "The groups near them are for other people.",
    "language": "No group near them speaks their language.",
    "age": "The groups near them are for people of other ages.",
    "access": "No place near them has the access that they need.",
    "travel": "They cannot get to any of the groups.",
}
MAIL_DOMAIN = "kith.invalid"
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])")
LINK = re.compile(r"https?://[!-;=?-~]{1,900}")  # of signs that a header may hold between angle brackets

LONG_LINES = compat32.clone(max_line_length=998)  # RFC 5322 §2.1.1; a link that is folded is not always read
UTF8_QUOTED = Charset("utf-8")
UTF8_QUOTED.body_encoding = QP


class AddressUnusable(Exception):
    """What the owner has as an address is none. Says nothing about it: this may be logged."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that is ready to be handed over. Never shown in a log."""

    to: str
    content: bytes

    def __repr__(self) -> str:
        return "Mail(…)"


@cache
def environment() -> Environment:
    """Plain text, so nothing is escaped; a name that a template misses is an error, never a gap."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 - plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def message_id_of(message_id: UUID) -> str:
    """The mail's Message-ID: the same each time that a message is sent, so that a repeat is recognised."""
    return f"<{message_id}@{MAIL_DOMAIN}>"


def render(
    template: str,
    *,
    name: str,
    link: str | None,
    service_name: str | None,
    reference: str | None = None,
    unmet_reason: str | None = None,
) -> tuple[str, str]:
    """Subject and text. The first line of a template is its subject, which names nothing and nobody."""
    rendered = (
        environment()
        .get_template(f"{template}.txt")
        .render(
            name=name,
            link=link,
            service_name=service_name,
            reference=reference,
            why=WHY_NOTHING.get(unmet_reason or ""),
        )
    )
    subject, _, text = rendered.partition("\n\n")
    return subject.removeprefix(SUBJECT), text


def make_mail(
    message_id: UUID,
    template: str,
    recipient: RecipientAnswer,
    *,
    service_name: str | None,
    mail_from: str,
    now: datetime,
    unmet_reason: str | None = None,
) -> Mail:
    """Raises AddressUnusable when no mail can be sent there.

    Uses the older, plain kind of header: nearly all of ours are ASCII, and parsing each anew cost more than sending.
    """
    if not ADDRESS.fullmatch(recipient.address):
        raise AddressUnusable
    subject, text = _written(template, recipient, service_name, unmet_reason)
    mail = MIMENonMultipart("text", "plain")
    mail["Message-ID"] = message_id_of(message_id)
    mail["Date"] = format_datetime(now)
    mail["From"] = mail_from
    mail["To"] = recipient.address
    mail["Subject"] = subject if subject.isascii() else Header(subject, "utf-8").encode()
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = recipient.language if recipient.text is not None else "en"
    if template in STOPPED_BY_LINK:
        _say_how_to_stop(mail, recipient.link)
    mail.set_payload(text, UTF8_QUOTED)
    return Mail(recipient.address, mail.as_bytes(policy=LONG_LINES))


def _say_how_to_stop(mail: MIMENonMultipart, link: str | None) -> None:
    """For the button of the reader's mail program. Only over https may it post by itself (RFC 8058 §3.1)."""
    if link is None or not LINK.fullmatch(link):
        return
    mail["List-Unsubscribe"] = f"<{link}>"
    if link.startswith("https://"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _written(
    template: str, recipient: RecipientAnswer, service_name: str | None, unmet_reason: str | None
) -> tuple[str, str]:
    """Some mails only their owner can write; of those there is no template."""
    if recipient.text is not None and recipient.subject is not None:
        return " ".join(recipient.subject.split()), recipient.text
    return render(
        template,
        name=recipient.name,
        link=recipient.link,
        service_name=service_name,
        reference=recipient.reference,
        unmet_reason=unmet_reason,
    )

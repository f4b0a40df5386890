"""Sends a list that was given by email, and counts one that goes by text. Addresses are sealed and soon forgotten."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from services.directory.domain.list_sending import (
    ADDRESS_LIVES,
    MEMBER_COUNTED_OVER,
    MOST_MAILS_OF_A_LIST,
    MOST_MAILS_OF_A_MEMBER,
    MOST_MAILS_OF_AN_ADDRESS,
    TooManyMails,
)
from services.directory.domain.prescription import Prescription
from services.directory.published_events import list_email_asked, prescription_given
from services.directory.storage.list_email_rows import (
    NewListEmail,
    add_list_email,
    add_way,
    count_mails,
    forget_address,
    forget_marks_before,
    forget_old_addresses,
    is_asked,
    take_turns,
)
from shared.events.envelope import Event
from shared.events.notify import MailSettledV1
from shared.messaging.outbox import append_event
from shared.postgres.pool import Connection
from shared.security.sealing import KeyRing


async def send_by_email(
    connection: Connection, ring: KeyRing, given: Prescription, wanted: NewListEmail
) -> None:
    """The same form twice sends one mail. Raises TooManyMails."""
    now = wanted.asked_at
    await take_turns(connection, given.given_by)
    if await is_asked(connection, wanted.id):
        return
    sent = await count_mails(connection, wanted, given.given_by, now - MEMBER_COUNTED_OVER)
    if (
        sent.of_list >= MOST_MAILS_OF_A_LIST
        or sent.of_member >= MOST_MAILS_OF_A_MEMBER
        or sent.of_address >= MOST_MAILS_OF_AN_ADDRESS
    ):
        raise TooManyMails
    await add_list_email(connection, ring, wanted)
    await append_event(connection, list_email_asked(wanted), area=given.area)
    await count_way(connection, given, "email", now)


async def count_way(
    connection: Connection, given: Prescription, how: Literal["email", "text"], now: datetime
) -> None:
    """A list counts once for each way in which it goes out."""
    if await add_way(connection, given.id, how, now):
        event = prescription_given(replace(given, how=how, given_at=now))
        await append_event(connection, event, area=given.area)


async def follow_settled_mail(connection: Connection, event: Event[MailSettledV1]) -> None:
    """The mail has gone, or never will: its address is of no use any more."""
    settled = event.data
    if settled.recipient_kind == "list-reader":
        await forget_address(connection, settled.recipient_id, settled.outcome, settled.settled_at)


async def forget_what_waited_too_long(connection: Connection, now: datetime) -> None:
    await forget_old_addresses(connection, now, ADDRESS_LIVES)
    await forget_marks_before(connection, now - MEMBER_COUNTED_OVER)

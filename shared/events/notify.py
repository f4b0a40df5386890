"""Facts that notify states: what was sent, and whether it arrived."""

from typing import ClassVar, Literal

from shared.events.event_data import UUID, AwareDatetime, Code, EventData

RecipientKind = Literal["person", "referrer", "organisation"]
ReaderKind = Literal["list-reader", "digest-reader"]
"""Recipients of whom directory alone knows where they are written to, and forgets it."""
Channel = Literal["email"]
FailureReason = Literal["no-address", "refused", "gave-up"]


class MessageEventData(EventData):
    """What every fact about one message names."""

    topic: ClassVar[str] = "notify.messages.v1"
    key_field: ClassVar[str] = "recipient_id"

    message_id: UUID
    recipient_kind: RecipientKind
    recipient_id: UUID
    template: Code
    channel: Channel


class MessageDeliveredV1(MessageEventData):
    """The message was handed to the recipient's mail server."""

    event_type: ClassVar[str] = "notify.message-delivered.v1"
    delivered_at: AwareDatetime


class MessageFailedV1(MessageEventData):
    """The message could not be delivered, and why."""

    event_type: ClassVar[str] = "notify.message-failed.v1"
    reason: FailureReason


class MailSettledV1(EventData):
    """A mail to a reader of the menu has gone, or never will: what is kept to send it can be forgotten."""

    event_type: ClassVar[str] = "notify.mail-settled.v1"
    topic: ClassVar[str] = "notify.settled-mails.v1"
    key_field: ClassVar[str] = "recipient_id"

    message_id: UUID
    recipient_kind: ReaderKind
    recipient_id: UUID
    template: Code
    outcome: Literal["sent", "failed"]
    reason: FailureReason | None = None
    settled_at: AwareDatetime


class PersonErasureAnsweredV1(EventData):
    """Notify holds no row of this referral any more."""

    event_type: ClassVar[str] = "notify.person-erasure-answered.v1"
    topic: ClassVar[str] = "notify.erasures.v1"
    key_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    person_id: UUID

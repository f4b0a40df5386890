"""Facts that notify states: what was sent, and whether it arrived."""

from typing import ClassVar, Literal

from shared.events.event_data import UUID, AwareDatetime, Code, EventData

RecipientKind = Literal["person", "referrer", "organisation"]
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


class PersonErasureAnsweredV1(EventData):
    """Notify holds no row of this referral any more."""

    event_type: ClassVar[str] = "notify.person-erasure-answered.v1"
    topic: ClassVar[str] = "notify.erasures.v1"
    key_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    person_id: UUID

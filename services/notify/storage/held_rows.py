"""The messages to a person and those about their referral, with the fields in words."""

from shared.postgres.held_rows import AREA, OUR_ID, OUR_TRACE, HeldTable

MESSAGES = HeldTable(
    "messages",
    of="(t.recipient_kind = 'person' AND t.recipient_id = ANY ($1::uuid[])) OR t.link_subject = ANY ($1::uuid[])",
    order="t.created_at",
    shown={
        "template": "message",
        "recipient_kind": "to",
        "channel": "by",
        "service_id": "group",
        "link_purpose": "with a link for",
        "discreet": "says nothing on the outside",
        "state": "state",
        "created_at": "made",
        "attempts": "times we tried",
        "due_at": "last or next try",
        "sending_since": "being sent since",
        "settled_at": "sent or given up",
        "failure_reason": "why it was not sent",
        "unmet_reason": "why nothing was found, as who referred you was told",
    },
    left_out={
        "message_id": OUR_ID,
        "event_id": OUR_ID,
        "area": AREA,
        "recipient_id": OUR_ID,
        "link_subject": OUR_ID,
        "traceparent": OUR_TRACE,
        "erased_referral_id": "is there only when the person is forgotten",
    },
    told_by={"service_id": "(SELECT name FROM copied_services s WHERE s.service_id = t.service_id)"},
)

HELD = (MESSAGES,)

"""All that is held on referrals of one person, table by table, with the fields in words."""

from shared.postgres.held_rows import AREA, OUR_ID, OUR_TRACE, HeldTable

OF_REFERRAL = "t.referral_id = ANY ($1::uuid[])"
OF_FOLLOW_UP = "t.follow_up_id IN (SELECT follow_up_id FROM follow_ups WHERE referral_id = ANY ($1::uuid[]))"
OCCASION = "(SELECT occasion FROM follow_ups f WHERE f.follow_up_id = t.follow_up_id)"
REFERRED_BY = "an id; what referral holds says who referred"
IDS = {"referral_id": OUR_ID, "person_id": OUR_ID, "area": AREA}

REFERRALS = HeldTable(
    "referrals",
    of=OF_REFERRAL,
    order="t.received_on",
    shown={"door": "door", "needs": "how many things you wanted help with", "received_on": "received"},
    left_out=IDS | {"referring_organisation_id": REFERRED_BY},
)
LEGS = HeldTable(
    "legs",
    of=OF_REFERRAL,
    order="t.leg_id",
    shown={
        "need": "need",
        "state": "state",
        "service_id": "group",
        "waited_at": "waited since",
        "accepted_at": "place given",
        "started_at": "started",
        "completed_at": "finished",
        "withdrawn_at": "taken back",
        "unmet_at": "no help found",
        "unmet_reason": "why no help was found",
        "unmet_barrier": "what stood in the way most",
        "declines": "times a group said no",
        "lapses": "times a group did not answer",
        "missed": "days when a group told us that you did not come",
    },
    left_out=IDS
    | {
        "leg_id": OUR_ID,
        "organisation_id": "whose group it is, which stands there by name",
        "referring_organisation_id": REFERRED_BY,
    },
    told_by={"service_id": "(SELECT name FROM copied_services s WHERE s.service_id = t.service_id)"},
)
FOLLOW_UPS = HeldTable(
    "follow_ups",
    of=OF_REFERRAL,
    order="t.due_at",
    shown={
        "occasion": "occasion",
        "instrument": "questions",
        "due_at": "due",
        "asked_at": "asked",
        "settled_at": "over since",
        "settled_by": "ended by",
    },
    left_out=IDS
    | {"follow_up_id": OUR_ID, "leg_id": OUR_ID, "caused_by": OUR_TRACE, "traceparent": OUR_TRACE},
)
MOVED_DUE_TIMES = HeldTable(
    "moved_due_times",
    of=OF_FOLLOW_UP,
    order="t.id",
    shown={
        "follow_up_id": "occasion",
        "moved_at": "moved",
        "moved_by": "moved by",
        "reason": "why it was moved",
        "old_due_at": "was due",
        "new_due_at": "due now",
    },
    left_out={"id": OUR_ID, "area": AREA},
    told_by={"follow_up_id": OCCASION},
)
ANSWERS = HeldTable(
    "answers",
    of=OF_FOLLOW_UP,
    order="t.answered_at",
    shown={
        "follow_up_id": "occasion",
        "instrument": "questions",
        "answers": "answers",
        "answered_at": "answered",
    },
    left_out={"area": AREA},
    told_by={"follow_up_id": OCCASION},
)
MEASURES = HeldTable(
    "measures",
    of=OF_REFERRAL,
    order="t.recorded_at",
    shown={
        "occasion": "occasion",
        "instrument": "questions",
        "score": "score",
        "recorded_at": "score kept since",
    },
    left_out=IDS | {"follow_up_id": OUR_ID},
)

HELD = (REFERRALS, LEGS, FOLLOW_UPS, MOVED_DUE_TIMES, ANSWERS, MEASURES)

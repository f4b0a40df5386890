"""What became of each request for a place of one person, with the fields in words."""

from shared.postgres.held_rows import AREA, OUR_ID, HeldTable

PLACE_HOLDS = HeldTable(
    "place_holds",
    of="t.request_id = ANY ($1::uuid[])",
    order="t.changed_at",
    shown={
        "pool_id": "group",
        "state": "state",
        "held_at": "kept since",
        "shown_at": "shown to the group",
        "changed_at": "changed",
        "why": "why",
    },
    left_out={
        "request_id": OUR_ID,
        "referral_id": OUR_ID,
        "leg_id": OUR_ID,
        "area": AREA,
        "signal_version": "which statement of the group stood, by our count",
    },
    told_by={"pool_id": "(SELECT service_name FROM pools p WHERE p.pool_id = t.pool_id)"},
)

HELD = (PLACE_HOLDS,)

"""Routes that leave no record in the audit trail of their own, each with the reason; tests drive all others."""

from collections.abc import Mapping

ASKED_FOR_AN_EXPORT = "asked by referral alone, which records the export, by whom it is, before it asks"

WITHOUT_A_RECORD: Mapping[tuple[str, str], str] = {
    ("capacity", "POST /internal/held"): ASKED_FOR_AN_EXPORT,
    ("notify", "POST /internal/held"): ASKED_FOR_AN_EXPORT,
    ("outcomes", "POST /internal/held"): ASKED_FOR_AN_EXPORT,
    ("notify", "GET /notify/api/messages"): "counts messages, and names nobody",
    ("outcomes", "GET /outcomes/summary"): "figures over many people, as scope summary:read gives them",
    ("referral", "GET /referral/self"): "the empty form",
    ("referral", "GET /referral/audit/keys.json"): "public keys",
    ("referral", "GET /referral/board/live"): "says that the board is another, and counts",
    ("referral", "GET /referral/how-we-ask"): "how areas ask groups, which is of nobody",
    ("referral", "GET /referral/offers"): "counts people, and names nobody",
    ("referral", "GET /referral/waiting"): "counts people, and names nobody",
    ("referral", "GET /referral/invitations"): "counts people, and names nobody",
}


def without_a_record(service: str) -> set[str]:
    return {route for owner, route in WITHOUT_A_RECORD if owner == service}

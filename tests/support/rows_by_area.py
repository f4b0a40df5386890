"""Which tables hold rows about people or cases, by service, and which have an area and hold none."""

from collections.abc import Mapping

ROWS_BY_AREA: Mapping[str, frozenset[str]] = {
    "referral": frozenset(
        {
            "people",
            "person_keys",
            "person_marks",
            "referrals",
            "legs",
            "leg_history",
            "tried_pools",
            "unwanted_services",
            "places_in_line",
            "declined_meanwhile",
            "event_consents",
            "invitations",
            "invited_people",
            "routing_decisions",
            "settled_follow_ups",
            "set_aside_legs",
            "escalations",
            "erasures",
            "erasure_answers",
            "audit_keys",
            "audit_records",
            "audit_unsealed",
            "audit_chain",
        }
    ),
    "capacity": frozenset({"place_holds"}),
    "outcomes": frozenset(
        {"referrals", "legs", "follow_ups", "moved_due_times", "answers", "measures", "erased_referrals"}
    ),
    "notify": frozenset({"messages", "owed_erasure_answers"}),
    "directory": frozenset(),
}

NOT_ABOUT_PEOPLE: Mapping[tuple[str, str], str] = {
    ("capacity", "pools"): "what can be full: public, and the same for all areas that a service covers",
    (
        "referral",
        "routing_modes",
    ): "whether the people of an area choose: of nobody, and the same for all of it",
    ("referral", "said_routing_modes"): "what areas said of that, and which member of staff said it",
    ("referral", "turned_away"): "how often somebody was turned away, and why: of nobody, without a case",
    ("outcomes", "copied_services"): "services as the open feed shows them",
    ("directory", "services"): "services as the open feed shows them",
    ("directory", "feed_sources"): "whose lists are read; the access table decides who sees them",
    ("directory", "prescriptions"): "lists of services that name nobody; whoever gave one sees it again",
    ("directory", "referral_counts"): "how many referrals there were in a borough and month, of nobody",
    ("directory", "memberships"): "staff and their roles; the access table decides who sees them",
}

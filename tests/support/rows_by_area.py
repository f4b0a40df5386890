"""Which tables hold rows about people or cases, by service, and which have an area and hold none."""

from collections.abc import Mapping

ROWS_BY_AREA: Mapping[str, frozenset[str]] = {
    "referral": frozenset(
        {
            "people",
            "person_keys",
            "referrals",
            "legs",
            "leg_history",
            "tried_pools",
            "routing_decisions",
            "settled_follow_ups",
            "set_aside_legs",
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
    ("outcomes", "copied_services"): "services as the open feed shows them",
    ("directory", "services"): "services as the open feed shows them",
    ("directory", "feed_sources"): "whose lists are read; the access table decides who sees them",
    ("directory", "prescriptions"): "lists of services that name nobody; whoever gave one sees it again",
    ("directory", "referral_counts"): "how many referrals there were in a borough and month, of nobody",
    ("directory", "memberships"): "staff and their roles; the access table decides who sees them",
}

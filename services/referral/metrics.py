"""What referral counts. Labels are codes, never ids."""

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.referral.use_cases.receive_place_answers import HOLD_FREED, HOLD_GONE


@dataclass(frozen=True, slots=True)
class ReferralMetrics:
    registry: CollectorRegistry
    asked_again: Counter = field(init=False)
    overdue: Gauge = field(init=False)
    not_handled: Counter = field(init=False)
    rounds_failed: Counter = field(init=False)
    set_aside: Gauge = field(init=False)
    escalations_open: Gauge = field(init=False)
    escalation_oldest: Gauge = field(init=False)
    erasures_unanswered: Gauge = field(init=False)
    waiting: Gauge = field(init=False)
    longest_wait: Gauge = field(init=False)
    most_passed: Gauge = field(init=False)
    holds_lost: Counter = field(init=False)
    audit_keys_unreadable: Counter = field(init=False)

    def __post_init__(self) -> None:
        registry = self.registry
        made = {
            "asked_again": Counter(
                "kith_referral_asked_again",
                "Words said to capacity again, because its answer was overdue",
                registry=registry,
            ),
            "overdue": Gauge(
                "kith_referral_legs_overdue",
                "Legs that asked capacity again and still have no answer, by state",
                ("state",),
                registry=registry,
            ),
            "not_handled": Counter(
                "kith_referral_legs_not_handled",
                "Legs that a round could not handle: each time is a fault",
                ("round",),
                registry=registry,
            ),
            "rounds_failed": Counter(
                "kith_referral_rounds_failed",
                "Turns of a round that failed as a whole, as while the database is away; the next comes anyway",
                ("round",),
                registry=registry,
            ),
            "set_aside": Gauge(
                "kith_referral_legs_set_aside",
                "Legs that rounds pass over for a while, because they could not be handled",
                registry=registry,
            ),
            "escalations_open": Gauge(
                "kith_referral_escalations_open",
                "What is overdue and on which nobody has acted, by who had to act first",
                ("owed_by",),
                registry=registry,
            ),
            "escalation_oldest": Gauge(
                "kith_referral_escalation_oldest_seconds",
                "For how long the oldest of them is open",
                registry=registry,
            ),
            "waiting": Gauge(
                "kith_referral_waiting",
                "Legs on the waiting list, by need",
                ("need",),
                registry=registry,
            ),
            "longest_wait": Gauge(
                "kith_referral_longest_wait_seconds",
                "How long the one has waited who waits longest, by need",
                ("need",),
                registry=registry,
            ),
            "most_passed": Gauge(
                "kith_referral_most_passed",
                "How many who came later were given a place before the one who was passed most, by need",
                ("need",),
                registry=registry,
            ),
            "erasures_unanswered": Gauge(
                "kith_referral_erasures_unanswered",
                "People who asked to be forgotten and of whom some service has not said in time that it has done so",
                registry=registry,
            ),
            "holds_lost": Counter(
                "kith_referral_holds_lost",
                "Places that a leg had or asked for and that capacity no longer holds for it: each is a fault",
                ("how",),
                registry=registry,
            ),
            "audit_keys_unreadable": Counter(
                "kith_audit_keys_unreadable",
                "Times that a stored key of the audit trail did not open: somebody changed it",
                registry=registry,
            ),
        }
        for name, metric in made.items():
            object.__setattr__(self, name, metric)
        for how in HOLD_GONE, HOLD_FREED:
            # From 0, so that the first is a rise that an alert sees.
            self.holds_lost.labels(how)

    def hold_lost(self, how: str) -> None:
        self.holds_lost.labels(how).inc()

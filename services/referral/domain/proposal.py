"""What a person may choose among: the best three services with space. Nothing is kept for them meanwhile."""

from dataclasses import replace
from uuid import UUID

from services.referral.domain.router import Candidate, Decision, Outcome

MOST_PROPOSED = 3


def best_of(decision: Decision) -> tuple[Candidate, ...]:
    """The best pool of each service that can be asked, in the order of the router, three at most."""
    best: dict[UUID, Candidate] = {}
    for candidate in decision.candidates:
        if candidate.can_be_asked:
            best.setdefault(candidate.pool.service_id, candidate)
    return tuple(best.values())[:MOST_PROPOSED]


def as_proposal(decision: Decision) -> Decision:
    """The decision, when the person is asked before anybody else is."""
    return replace(decision, outcome=Outcome.PROPOSE, chosen=None)


def chosen_in(decision: Decision, service_id: UUID) -> Decision | None:
    """The decision as somebody made it. None where the service has no space for this leg, or does not suit any more.

    It need not be one of the three: these change with what providers say while somebody thinks.
    """
    for candidate in decision.candidates:
        if candidate.can_be_asked and candidate.pool.service_id == service_id:
            return replace(decision, outcome=Outcome.REQUEST, chosen=candidate.pool)
    return None

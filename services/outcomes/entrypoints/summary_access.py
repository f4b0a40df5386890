"""Who may read the summary page: everybody where all data are made up, else staff by their role, and systems."""

from uuid import UUID

from fastapi import Request

from shared.access.decide import Facts
from shared.access.vocabulary import Thing, Verb
from shared.security.access_errors import bearer_token
from shared.security.api_callers import ApiCaller, require_scope
from shared.security.declared_access import DeclaresAccess
from shared.security.known_caller import renewed
from shared.security.staff import Permit, allowed
from shared.service_defaults.clock import Clock
from shared.vocabulary.vocabulary import LONDON_AREA, boroughs

SUMMARY_READ = "summary:read"
NONE: frozenset[UUID] = frozenset()


class SummaryAccess(DeclaresAccess):
    """In a browser staff, with a bearer token a system. Gives whoever it is; nobody in demo mode."""

    def __init__(self) -> None:
        self.access = f"public in demo mode, else staff who may read summary, or scope {SUMMARY_READ}"
        self._staff = allowed(Verb.READ, Thing.SUMMARY)
        self._system = require_scope(SUMMARY_READ)

    async def __call__(self, request: Request) -> ApiCaller | Permit | None:
        if request.app.state.settings.demo_mode:
            await renewed(request)
            return None
        if bearer_token(request) is None:
            return await self._staff(request)
        return await self._system(request)


def check_summary(caller: ApiCaller | Permit | None, area: str | None, clock: Clock) -> None:
    """Raises for figures of areas out of reach; all boroughs together are those of London.

    Whoever asks for an organisation is given the figures of that alone: their reach leaves no other rows.
    """
    facts = Facts(Thing.SUMMARY, area=area or LONDON_AREA, organisations=organisations_of(caller) or NONE)
    if isinstance(caller, Permit):
        caller.check(facts)
    elif caller is not None:
        caller.check(Verb.READ, facts, clock())


def organisations_of(caller: ApiCaller | Permit | None) -> frozenset[UUID] | None:
    """Whose figures the caller is given; None for those of whole areas."""
    if isinstance(caller, Permit):
        return None if caller.areas() else caller.organisations()
    own = caller.system.organisation_id if caller else None
    return None if own is None else frozenset({own})


def area_to_start_with(caller: ApiCaller | Permit | None) -> str | None:
    """The first borough in reach of somebody who may not see all boroughs together."""
    if not isinstance(caller, Permit) or caller.allows(Facts(Thing.SUMMARY, area=LONDON_AREA)):
        return None
    reached = caller.areas()
    return next(
        (code for code in sorted(boroughs(), key=lambda code: boroughs()[code].name) if code in reached), None
    )

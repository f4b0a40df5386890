"""Help to attend: a leg of its own beside the leg that has the place, asked for after it and ended with it.

So no place ever waits for a companion, and no companion is kept for somebody who has nowhere to go.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from services.referral.domain.errors import StepNotAllowed
from services.referral.domain.leg import (
    LIVE,
    WITH_PLACE_TAKEN,
    Beside,
    Leg,
    LegState,
    Step,
    complete,
    withdraw,
)
from services.referral.domain.wants import Wants

HELPS_WITH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"interpreter": ("interpreter",), "volunteer": ("company", "transport")}
)
"""What each kind of companion helps with."""
MAIN_PLACE_ENDED = "main-place-ended"


def helped_with(kinds: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(help_ for kind in kinds for help_ in HELPS_WITH[kind]))


def needs_met(
    pool_id: UUID, needs_of_service: Collection[str], companions: Mapping[str, str]
) -> frozenset[str]:
    """What a pool of a service is for: a companion for help to attend alone, and any other for everything else."""
    if not companions:
        return frozenset(needs_of_service)
    kind = companions.get(str(pool_id))
    if kind is not None:
        return frozenset(HELPS_WITH[kind])
    return frozenset(needs_of_service) - frozenset(helped_with(companions.values()))


def ask_beside(main: Leg, help_: str, leg_id: UUID, now: datetime) -> Leg:
    """The leg that asks for this help. `main` has its place, which this one does not touch."""
    if main.state not in WITH_PLACE_TAKEN or main.placement is None:
        raise StepNotAllowed("asking for help to attend", main.state)
    return Leg(
        leg_id, main.referral_id, main.person_id, _wants(main.wants, help_), now,
        referrer_id=main.referrer_id, referring_organisation_id=main.referring_organisation_id,
        left_to_us=True, beside=Beside(main.leg_id, main.placement.request_id),
    )  # fmt: skip


def end_with_main_place(leg: Leg, now: datetime) -> Step:
    """There is nothing to go to any more. Help that was given is over; what was only asked for is taken back."""
    if leg.beside is None or leg.state not in LIVE:
        raise StepNotAllowed("ending help to attend", leg.state)
    step = complete(leg, now) if leg.state is LegState.STARTED else withdraw(leg)
    ended = replace(step.leg, reason=MAIN_PLACE_ENDED)
    return replace(step, leg=ended, reason=MAIN_PLACE_ENDED)


def _wants(wants: Wants, help_: str) -> Wants:
    """Companions go with the person, so neither the way there nor access to any place of theirs counts."""
    return replace(wants, need=help_, can_travel=True, access=frozenset(), help_to_attend=frozenset())

"""The person, or somebody for them, chooses which service is asked; or leaves it to us; or time passes."""

from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from services.referral.domain.audit_act import ActorKind, RecordKind
from services.referral.domain.leg import Leg, LegState, ask_for_place, end_proposal
from services.referral.domain.proposal import chosen_in
from services.referral.domain.router import Decision
from services.referral.storage.due_legs import CHOICES_DUE, lock_due_legs
from services.referral.storage.legs import lock_leg
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.route_legs import decide_for, placement_in, route_legs
from shared.access.vocabulary import Verb
from shared.postgres.pool import Connection

AT_ONCE = 50


class Choice(Enum):
    """What came of it. Who comes late, or chooses twice, is told what stands."""

    MADE = auto()
    NO_SPACE_ANY_MORE = auto()
    NOT_OPEN = auto()


async def choose_service(
    connection: Connection,
    *,
    referral_id: UUID,
    leg_id: UUID,
    service_id: UUID | None,
    now: datetime,
    by: Acting,
    known_pools: KnownPools | None = None,
) -> Choice:
    """Asks the service for a place. Without a service the choice is ours, now and for this need from now on."""
    leg = await lock_leg(connection, leg_id)
    if leg is None or leg.referral_id != referral_id or leg.state is not LegState.PROPOSED:
        return Choice.NOT_OPEN
    changes = Changes(now, by)
    if service_id is None:
        _note(changes, leg, by)
        after = changes.step(end_proposal(leg, "left-to-us", left_to_us=True))
        await route_legs(connection, [after], changes, known_pools=known_pools)
        await changes.keep(connection)
        return Choice.MADE
    decision = chosen_in(await decide_for(connection, leg, now, known_pools), service_id)
    if decision is None:
        return Choice.NO_SPACE_ANY_MORE
    _note(changes, leg, by)
    _ask(changes, leg, decision, "person-chose" if by.actor.kind is ActorKind.PERSON else "chosen-for-them")
    await changes.keep(connection)
    return Choice.MADE


async def choose_for_the_silent(
    connection: Connection,
    now: datetime,
    by: Acting,
    only: UUID | None = None,
    known_pools: KnownPools | None = None,
) -> int:
    """Whoever did not choose in time goes to the best at once, or on the list: never into silence."""
    due = await lock_due_legs(connection, CHOICES_DUE, now, AT_ONCE, only)
    changes = Changes(now, by)
    after = [changes.step(end_proposal(leg, "no-choice-in-time", left_to_us=True)) for leg in due]
    await route_legs(connection, after, changes, known_pools=known_pools)
    await changes.keep(connection)
    return len(due)


def _ask(changes: Changes, leg: Leg, decision: Decision, reason: str) -> None:
    after = changes.step(end_proposal(leg, reason))
    assert decision.chosen is not None  # noqa: S101 - a choice is of a pool
    changes.decided(after, decision)
    changes.step(ask_for_place(after, placement_in(decision.chosen), reason))


def _note(changes: Changes, leg: Leg, by: Acting) -> None:
    """That it was a choice, in the audit trail: not a change like any other."""
    changes.note(
        by.act(Verb.ANSWER, RecordKind.LEG, leg.leg_id, area=leg.wants.area, person_id=leg.person_id,
               referral_id=leg.referral_id)
    )  # fmt: skip

"""Something open meanwhile: what is like the help that somebody waits for, and has space that nobody waits for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from uuid import UUID

from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.router import Decision, decide
from services.referral.domain.routing_policy import Coordinates
from services.referral.domain.wants import Wants

MOST_SHOWN = 3
# What is worth a try while somebody waits. Nothing stands here for help that only the right people can give.
LIKE: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "loneliness": ("creative", "physical-activity", "mens-groups", "womens-health"),
    "mental-wellbeing": ("creative", "physical-activity", "loneliness"),
    "bereavement": ("loneliness", "creative", "mental-wellbeing"),
    "physical-activity": ("healthy-eating", "loneliness", "creative"),
    "healthy-eating": ("physical-activity",),
    "carers": ("loneliness", "mental-wellbeing", "practical-help"),
    "mens-groups": ("loneliness", "creative", "physical-activity"),
    "womens-health": ("loneliness", "physical-activity", "mental-wellbeing"),
    "creative": ("loneliness", "physical-activity"),
    "newly-arrived": ("loneliness", "practical-help", "employment"),
    "employment": ("newly-arrived", "creative"),
    "practical-help": ("loneliness",),
    "housing": ("money-advice", "practical-help"),
    "money-advice": ("practical-help",),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A service with space, for a need that is like the one that is waited for."""

    wants: Wants
    pool: ListedPool
    decision: Decision


def needs_like(need: str, known: Collection[str]) -> tuple[str, ...]:
    """What is like the need, the likest first, without what the person has asked for anyway."""
    return tuple(each for each in LIKE.get(need, ()) if each not in known)


def open_meanwhile(
    wants: Wants,
    pools: Iterable[ListedPool],
    *,
    known: Collection[str],
    not_for_them: Collection[UUID],
    waited_for: Collection[UUID],
    home: Coordinates | None,
) -> tuple[Meanwhile, ...]:
    """What is open to somebody who waits, each service once.

    `known` are the needs that they have asked for, `not_for_them` services that they said no to, and
    `waited_for` pools that suit somebody in the line.
    """
    there = [pool for pool in pools if pool.signal.status == "open" and pool.service_id not in not_for_them]
    found: dict[UUID, Meanwhile] = {}
    for need in needs_like(wants.need, known):
        asked = replace(wants, need=need)
        decision = decide(asked, there, kept_for_earlier=waited_for, home=home)
        for each in decision.candidates:
            if each.can_be_asked:
                chosen = replace(decision, chosen=each.pool)
                found.setdefault(each.pool.service_id, Meanwhile(asked, each.pool, chosen))
    return tuple(found.values())[:MOST_SHOWN]

"""Where nothing that suits shows space: which providers, whose space nobody knows, are asked first whether they have any."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.policy import RoutingPolicy

EVERYBODY = 1_000_000


@dataclass(frozen=True, slots=True)
class LastQuestion:
    """When a provider was asked last, and whether that service has said anything since."""

    asked_at: datetime
    answered: bool

    def is_open(self, since: datetime) -> bool:
        return not self.answered and self.asked_at > since


def asked_first(ranked: Iterable[ListedPool], policy: RoutingPolicy) -> tuple[ListedPool, ...]:
    """The best of those whose space is unknown, one of a provider's; none under a policy that asks nobody.

    Nothing is asked of those who said themselves that they are full or have paused.
    """
    found: dict[UUID, ListedPool] = {}
    if policy.ask_unknown_at_once:
        for pool in ranked:
            if pool.signal.status == "unknown" and pool.organisation_id not in found:
                found[pool.organisation_id] = pool
                if len(found) == policy.ask_unknown_at_once:
                    break
    return tuple(found.values())


def asked_in_turn(
    ranked: Iterable[ListedPool],
    policy: RoutingPolicy,
    last_questions: Mapping[UUID, LastQuestion],
    now: datetime,
) -> tuple[ListedPool, ...]:
    """As `asked_first`, for somebody who waits on: as many as are not asked now, and who was asked longest ago, or never, first.

    So the silence of the best is not the end of it: those behind them are asked next.
    """
    if not policy.ask_unknown_at_once:
        return ()
    since = now - policy.ask_unknown_again_after
    not_asked: list[tuple[float, ListedPool]] = []
    more = policy.ask_unknown_at_once
    for pool in asked_first(ranked, replace(policy, ask_unknown_at_once=EVERYBODY)):
        last = last_questions.get(pool.organisation_id)
        if last and last.is_open(since):
            more -= 1
        else:
            not_asked.append((last.asked_at.timestamp() if last else 0, pool))
    not_asked.sort(key=lambda each: each[0])
    return tuple(pool for _, pool in not_asked[: max(0, more)])

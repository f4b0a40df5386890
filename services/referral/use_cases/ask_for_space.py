"""Asks providers whose space nobody knows whether they have any, for those who wait: before anybody is sent there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.referral.domain.area_policies import policy_of
from services.referral.domain.asking_first import LastQuestion, asked_in_turn
from services.referral.domain.leg import Leg
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.london_days import day_in_london
from services.referral.domain.router import Decision, Outcome
from services.referral.domain.suitability import suits
from services.referral.storage.copied_services import list_pools
from services.referral.storage.space_questions import SpaceQuestion, keep_questions, list_open_questions
from shared.events.envelope import Event
from shared.events.referral import SpaceAskedV1
from shared.messaging.outbox import say
from shared.postgres.pool import Connection


class SpaceQuestions:
    """Whom the decisions of one transaction want asked: the first of each provider's services that was named."""

    def __init__(self) -> None:
        self._asked: dict[UUID, tuple[ListedPool, str]] = {}

    def of(self, leg: Leg, decision: Decision) -> None:
        for pool in decision.asked_first:
            self._asked.setdefault(pool.organisation_id, (pool, leg.wants.area))

    def in_turn(self, leg: Leg, decision: Decision, last: Mapping[UUID, LastQuestion], now: datetime) -> None:
        """For somebody who waits on, though whom the decision names may have stayed silent."""
        if decision.outcome is Outcome.WAIT and not any(each.can_be_asked for each in decision.candidates):
            ranked = (each.pool for each in decision.candidates)
            for pool in asked_in_turn(ranked, policy_of(leg.wants.area), last, now):
                self._asked.setdefault(pool.organisation_id, (pool, leg.wants.area))

    async def keep(self, connection: Connection, now: datetime) -> list[Event[Any]]:
        """Gives the events that ask, for those that are not asked already."""
        questions: Mapping[UUID, SpaceQuestion] = {
            organisation_id: SpaceQuestion(pool, now - policy_of(area).ask_unknown_again_after)
            for organisation_id, (pool, area) in self._asked.items()
        }
        areas = {pool.pool_id: pool.home_area or area for pool, area in self._asked.values()}
        self._asked = {}
        return [
            say(_question(each.pool, now), area=areas[each.pool.pool_id])
            for each in await keep_questions(connection, questions, now)
        ]


async def asked_for(connection: Connection, leg: Leg, now: datetime) -> list[ListedPool]:
    """The pools that suit somebody who waits, whose providers were asked and have not answered yet."""
    wants = leg.wants
    since = now - policy_of(wants.area).ask_unknown_again_after
    found = await list_open_questions(connection, wants.need, wants.area, since)
    pools = await list_pools(connection, found, day_in_london(now)) if found else []
    return [pool for pool in pools if suits(pool, wants, leg.tried)]


def _question(pool: ListedPool, now: datetime) -> SpaceAskedV1:
    return SpaceAskedV1(
        pool_id=pool.pool_id, service_id=pool.service_id, organisation_id=pool.organisation_id, asked_at=now
    )

"""What a person is shown of a wait: where they stand and why, how long it takes, and what is open meanwhile."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from markupsafe import Markup

from services.referral.domain.leg import Leg
from services.referral.domain.waiting_list import people_before
from services.referral.domain.waiting_policy import WAITING_POLICY, starting_points, weeks_waited
from services.referral.entrypoints.asked_words import asked_first_words, groups_asked_first
from services.referral.storage.copied_services import find_service_names
from services.referral.storage.places_in_line import UsualWait, find_place_kept, find_usual_wait
from services.referral.storage.waiting_line import read_line
from services.referral.use_cases.drain_waiting_list import LINE_READ
from services.referral.use_cases.wait_meanwhile import list_meanwhile
from shared.postgres.pool import Connection
from shared.vocabulary.vocabulary import needs
from shared.web.phrases import phrase, plural_phrase

OF_LATE = timedelta(days=182)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class OpenMeanwhile:
    service_id: UUID
    name: str
    need: str


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait, as it stands now."""

    before: int | None
    """How many of their borough wait for the same and stand before them."""
    usual: UsualWait | None
    weeks: int
    points_to_begin_with: int
    asked: bool
    passed: int
    meanwhile: tuple[OpenMeanwhile, ...]
    asked_first: tuple[str, ...] = ()
    """Groups whose space nobody knows, which were asked about it."""

    def usually(self) -> Markup:
        """How long it takes, in whole weeks, or that we cannot say."""
        if self.usual is None:
            return phrase("Too few people have got a place here of late to say how long it takes.")
        shortest = self.usual.shortest // WEEK
        longest = max(shortest + 1, math.ceil(self.usual.longest / WEEK))
        return phrase(
            "In the last six months most people waited between %(shortest)s and %(longest)s weeks for this.",
            shortest=shortest,
            longest=longest,
        )

    def points(self) -> Markup:
        """What they have, part by part."""
        return phrase(
            "You have %(points)s points: %(weeks)s for the full weeks since you asked us, and %(start)s for your situation and where you live.",
            points=self.weeks + self.points_to_begin_with,
            weeks=self.weeks,
            start=self.points_to_begin_with,
        )

    def whom_we_asked(self) -> Markup:
        return asked_first_words(self.asked_first)

    def bound(self) -> Markup:
        """How often they may be passed, and that they were: it counts too while a group is asked about them."""
        rule = phrase(
            "A place that suits you may go to somebody who asked after you. When this has happened %(most)s times, you come before everybody who asked after you. It counts too while we ask a group about you.",
            most=WAITING_POLICY.most_overtaken,
        )
        so_far = plural_phrase(
            "So far it has happened %(num)s time.", "So far it has happened %(num)s times.", self.passed
        )
        return Markup("%s %s") % (rule, so_far)


async def wait_of(connection: Connection, leg: Leg, legs: list[Leg], now: datetime) -> Wait:
    line = await read_line(connection, [leg.wants.need], [leg.wants.area], limit=LINE_READ)
    kept = await find_place_kept(connection, leg.leg_id)
    found = await list_meanwhile(connection, leg, legs, now)
    names = await find_service_names(connection, [each.pool.service_id for each in found]) if found else {}
    return Wait(
        before=people_before(leg.leg_id, line.legs),
        usual=await find_usual_wait(connection, leg.wants.need, leg.wants.area, now - OF_LATE),
        weeks=weeks_waited(leg.received_at, now),
        points_to_begin_with=starting_points(leg.wants).total,
        asked=kept is not None and kept.asked_at is not None,
        passed=kept.overtaken if kept else 0,
        meanwhile=tuple(
            OpenMeanwhile(
                each.pool.service_id, names.get(each.pool.service_id, ""), needs()[each.wants.need].label
            )
            for each in found
        ),
        asked_first=await groups_asked_first(connection, leg, now),
    )

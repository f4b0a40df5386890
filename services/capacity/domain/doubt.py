"""How likely it is that a declared 'open' is not so, by what became of the offers: a figure with its reasons.

It never changes what the provider said, and is gone when they speak again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import prod


class Outcome(StrEnum):
    """What became of an offer. STARTED: somebody came for the first time, so many days after they were accepted."""

    ACCEPTED = "accepted"
    DECLINED_AS_FULL = "declined-as-full"
    DECLINED = "declined"
    LAPSED = "lapsed"
    STARTED = "started"


@dataclass(frozen=True, slots=True)
class OfferOutcome:
    outcome: Outcome
    at: datetime
    waited_days: int | None = None


class DoubtCode(StrEnum):
    DECLINED_AS_FULL = "declined-as-full"
    LAPSED = "lapsed"
    WAITS_GROW = "waits-grow"


@dataclass(frozen=True, slots=True)
class DoubtReason:
    """`number` of the last `of` offers; of waits that grow: days now, and days before."""

    code: DoubtCode
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """In whole percent, never certain."""

    percent: int
    reasons: tuple[DoubtReason, ...]


WITHIN = timedelta(days=14)
LAST_OFFERS = 4
FEWEST = 2  # offers from which anything is concluded
WORTH_TELLING = 30  # percent
MOST = 95
# What it says when all of the last offers ended so: an answer says more than none.
WEIGHT = {Outcome.DECLINED_AS_FULL: 0.9, Outcome.LAPSED: 0.6}
WAITS_GROW = 0.25
CODE = {Outcome.DECLINED_AS_FULL: DoubtCode.DECLINED_AS_FULL, Outcome.LAPSED: DoubtCode.LAPSED}
LONGER_BY = 14  # days


def doubt_of(outcomes: Sequence[OfferOutcome], spoke_at: datetime, now: datetime) -> Doubt | None:
    """None where nothing is to be concluded. What was before the provider's last word says nothing of it."""
    since = max(spoke_at, now - WITHIN)
    known = sorted((each for each in outcomes if each.at > since), key=lambda each: each.at)
    found = [*_of_offers(known), *_of_waits([*outcomes], since)]
    percent = min(MOST, round(100 * (1 - prod(1 - weight for _, weight in found))))
    if percent < WORTH_TELLING:
        return None
    return Doubt(percent, tuple(reason for reason, _ in found))


def _of_offers(known: Sequence[OfferOutcome]) -> list[tuple[DoubtReason, float]]:
    ended = [each for each in known if each.outcome is not Outcome.STARTED]
    last: list[Outcome] = [each.outcome for each in ended[-LAST_OFFERS:]]
    if len(last) < FEWEST:
        return []
    # Of fewer than these each says as much as of all of them: two that were declined are no certainty.
    return [
        (DoubtReason(CODE[outcome], number, len(last)), weight * number / LAST_OFFERS)
        for outcome, weight in WEIGHT.items()
        if (number := last.count(outcome))
    ]


def _of_waits(outcomes: Sequence[OfferOutcome], since: datetime) -> list[tuple[DoubtReason, float]]:
    """People now wait twice as long, and two weeks longer, until they come for the first time."""
    waits = [(each.at, each.waited_days) for each in outcomes if each.waited_days is not None]
    now = [days for at, days in waits if at > since]
    before = [days for at, days in waits if at <= since]
    if not now or not before:
        return []
    longer, shorter = round(sum(now) / len(now)), round(sum(before) / len(before))
    if longer < 2 * shorter or longer < shorter + LONGER_BY:
        return []
    return [(DoubtReason(DoubtCode.WAITS_GROW, longer, shorter), WAITS_GROW)]

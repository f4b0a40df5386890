"""Answers of capacity that do not come: when they are overdue, and what is said then.

The leg says the same word about the same request again, and waits twice as long as before. Capacity tells what
became of the request; so a word that was lost, on the way there or back, is made good.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from services.referral.domain.errors import StepNotAllowed
from services.referral.domain.fact_kind import FactKind
from services.referral.domain.leg import Fact, Leg, LegState, Step

DOUBLED_AT_MOST = 5  # times: from then on the pause stays as it is

WORD_OF: Mapping[LegState, FactKind] = {
    LegState.REQUESTED: FactKind.PLACE_REQUESTED,
    LegState.ACCEPTING: FactKind.PLACE_CONFIRMED,
}


def time_to_answer(asked_again: int, patience: timedelta) -> timedelta:
    """How long capacity has for its answer to a leg that has asked again so often."""
    doubled: int = 2 ** min(asked_again, DOUBLED_AT_MOST)
    return patience * doubled


def latest_words_overdue(now: datetime, patience: timedelta) -> list[datetime]:
    """For legs that have asked again 0, 1, 2 … times: an answer to a word of this moment, or before, is overdue."""
    return [now - time_to_answer(times, patience) for times in range(DOUBLED_AT_MOST + 1)]


def ask_again(leg: Leg, now: datetime, patience: timedelta) -> Step:
    """Says the word once more whose answer is overdue."""
    word = WORD_OF.get(leg.state)
    if word is None:
        raise StepNotAllowed("asking again", leg.state)
    if leg.changed_at is None or now < leg.changed_at + time_to_answer(leg.asked_again, patience):
        raise StepNotAllowed("asking again", "there is time left to answer")
    after = replace(leg, version=leg.version + 1, asked_again=leg.asked_again + 1)
    return Step(after, leg.state, "no-answer-yet", leg.placement, (Fact(word, leg.placement),))

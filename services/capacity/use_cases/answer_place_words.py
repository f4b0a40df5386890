"""Answers a batch of words about places: few round trips, whatever its size."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from services.capacity.domain.companions import legs_with_a_place, may_be_asked
from services.capacity.domain.kinds import PoolKind
from services.capacity.domain.ledger import PoolLedger, apply_word, refuse, why_refused
from services.capacity.domain.places import Fact, Hold, Refusal, Request, Word
from services.capacity.domain.safeguards import Safeguards
from services.capacity.published_events import area_of, place_outcome
from services.capacity.storage.hold_rows import any_is_erased, find_holds, find_legs_with_a_place, save_holds
from services.capacity.storage.pool_rows import lock_pools, save_ledgers
from shared.events.envelope import Event
from shared.messaging.failures import IgnorableEvent, PoisonMessage
from shared.messaging.outbox import append_events, say
from shared.postgres.pool import Connection


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word with the event that brought it."""

    word: Word
    request: Request
    event: Event[Any]
    beside_leg_id: UUID | None = None

    @property
    def accompanied_leg_id(self) -> UUID:
        """The leg that must have a place before somebody comes along."""
        return self.beside_leg_id or self.request.leg_id


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a word; `again` when it had been said before, and was asked for once more."""

    fact: Fact
    cause: Event[Any]
    again: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """What a batch leads to, before anything is written."""

    ledgers: Sequence[PoolLedger]
    holds: Sequence[Hold]
    told: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Companions:
    """What each pool is, and which legs have a place already where somebody may accompany them."""

    kinds: Mapping[UUID, PoolKind] = field(default_factory=dict)
    placed: AbstractSet[UUID] = frozenset()

    def refuse(self, heard: HeardWord, holds: Mapping[UUID, Hold]) -> bool:
        """Whether somebody is asked to accompany a leg that has no place, in this batch or from before."""
        request = heard.request
        kind = self.kinds.get(request.pool_id, PoolKind.SERVICE)
        if heard.word is not Word.REQUESTED or request.request_id in holds or not kind.accompanies:
            return False
        return not may_be_asked(
            kind, heard.accompanied_leg_id, legs_with_a_place(holds.values(), self.kinds) | self.placed
        )


ALONE = Companions()


class Teller:
    """Says every outcome; without its safeguard it keeps every seventh to itself, however often it is asked."""

    def __init__(self, safeguards: Safeguards) -> None:
        self._tell_everything = safeguards.tell_everything
        self._outcomes = count(1)
        self._kept_back: set[Fact] = set()

    def told(self, answers: Iterable[Answer]) -> list[Answer]:
        return [each for each in answers if self._tell_everything or self._tells(each)]

    def _tells(self, answer: Answer) -> bool:
        if answer.again:
            return answer.fact not in self._kept_back
        told = bool(next(self._outcomes) % 7)
        if not told:
            self._kept_back.add(answer.fact)
        return told


async def answer_place_words(
    connection: Connection,
    heard: Sequence[HeardWord],
    *,
    now: datetime,
    safeguards: Safeguards,
    teller: Teller,
) -> Sequence[Answer]:
    """Decides under the locks of the pools, so that signal and free places are looked at in the same moment.

    Raises IgnorableEvent when one is about somebody who was forgotten: the rest is then answered one by one.
    """
    pools = await lock_pools(connection, {each.request.pool_id for each in heard})
    holds = await find_holds(connection, [each.request.request_id for each in heard])
    # After the holds: whoever was forgotten in between has none that a word still changes.
    new = {each.request.referral_id for each in heard if each.request.request_id not in holds}
    if await any_is_erased(connection, new):
        raise IgnorableEvent("person-erased")
    ledgers = {pool_id: pool.ledger for pool_id, pool in pools.items()}
    kinds = {pool_id: pool.kind for pool_id, pool in pools.items()}
    asked_to_accompany = {
        each.accompanied_leg_id
        for each in heard
        if each.request.pool_id in kinds and kinds[each.request.pool_id].accompanies
    }
    placed = await find_legs_with_a_place(connection, asked_to_accompany) if asked_to_accompany else set()
    too_old = {pool_id for pool_id, pool in pools.items() if pool.said and pool.said.expires_at <= now}
    answers = decide(heard, ledgers, holds, now, safeguards, Companions(kinds, placed), too_old)
    if answers.ledgers:
        await save_ledgers(connection, answers.ledgers, now)
    if answers.holds:
        await save_holds(connection, answers.holds)
    told = teller.told(answers.told)
    await append_events(
        connection,
        [say(place_outcome(each.fact), area=area_of(each.fact), caused_by=each.cause) for each in told],
    )
    return answers.told


def decide(
    heard: Sequence[HeardWord],
    ledgers: Mapping[UUID, PoolLedger],
    holds: Mapping[UUID, Hold],
    now: datetime,
    safeguards: Safeguards,
    companions: Companions = ALONE,
    too_old: AbstractSet[UUID] = frozenset(),
) -> Answers:
    """Applies the words in the order in which they came. Pure; gives only what has changed.

    Of the pools that are `too_old` nobody knows any more, though the round has not written it yet: they give no new place.
    """
    now_ledgers, now_holds = dict(ledgers), dict(holds)
    told: list[Answer] = []
    for each in heard:
        request = each.request
        hold = now_holds.get(request.request_id)
        if hold is not None and hold.request.pool_id != request.pool_id:
            raise PoisonMessage("request-of-another-pool")
        ledger = now_ledgers.get(request.pool_id)
        if companions.refuse(each, now_holds):
            applied = refuse(request, ledger, Refusal.HOLD_GONE, now)
        elif request.pool_id in too_old and _would_be_given(each, ledger, hold, safeguards):
            applied = refuse(request, ledger, Refusal.UNKNOWN, now)
        else:
            applied = apply_word(each.word, request, ledger, hold, now, safeguards)
        if applied.ledger is not None:
            now_ledgers[request.pool_id] = applied.ledger
        if applied.hold is not None:
            now_holds[request.request_id] = applied.hold
        if applied.fact is not None:
            told.append(Answer(applied.fact, each.event, applied.again))
    return Answers(
        [each for pool_id, each in now_ledgers.items() if each is not ledgers[pool_id]],
        [each for request_id, each in now_holds.items() if each is not holds.get(request_id)],
        told,
    )


def _would_be_given(
    heard: HeardWord, ledger: PoolLedger | None, hold: Hold | None, safeguards: Safeguards
) -> bool:
    """Whether the word is a new request to which the ledger alone would say yes."""
    asks = heard.word is Word.REQUESTED and hold is None
    return asks and safeguards.check_signal and why_refused(ledger, safeguards) is None

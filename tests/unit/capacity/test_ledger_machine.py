"""Any words, signals and withdrawals in any order: places add up, none is given twice, and full means full."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from services.capacity.domain.ledger import Applied, PoolLedger, apply_signal
from services.capacity.domain.places import (
    Hold,
    HoldState,
    PlaceFreed,
    PlaceHeld,
    PlaceRefused,
    PlaceTaken,
    Request,
    Word,
)
from services.capacity.domain.status import Status
from tests.unit.capacity.ledgers import POOL_ID, a_request, say

ANSWER_BY_STATE = {
    HoldState.HELD: PlaceHeld,
    HoldState.TAKEN: PlaceTaken,
    HoldState.REFUSED: PlaceRefused,
    HoldState.FREED: PlaceFreed,
}
ENDINGS = st.sampled_from([Word.CONFIRMED, Word.GIVEN_UP, Word.ENDED])


class LedgerMachine(RuleBasedStateMachine):
    """Keeps its own count of what was offered beside the ledger's."""

    requests = Bundle("requests")

    def __init__(self) -> None:
        super().__init__()
        self.ledger = PoolLedger(POOL_ID)
        self.holds: dict[Request, Hold] = {}
        self.granted_under_this_signal = 0
        self.reopened_under_this_signal = 0
        self.offered: int | None = 0
        self.in_all: int | None = None

    @rule(
        status=st.sampled_from([Status.OPEN, Status.LIMITED, Status.FULL, Status.PAUSED, Status.UNKNOWN]),
        free=st.none() | st.integers(1, 5),
        in_all=st.none() | st.integers(1, 5),
    )
    def a_signal_is_said(self, status: Status, free: int | None, in_all: int | None) -> None:
        if status is Status.LIMITED and free is None and in_all is None:
            free = 1
        before = self.ledger
        self.ledger = apply_signal(before, status, None if in_all else free, in_all)
        self.in_all = in_all if status.gives_places else None
        self.offered = free if status.gives_places else 0
        if self.in_all is not None:
            self.offered = max(0, self.in_all - before.held - before.taken)
        self.granted_under_this_signal = self.reopened_under_this_signal = 0
        assert self.ledger.version == before.version + 1
        assert (self.ledger.held, self.ledger.taken) == (before.held, before.taken)

    @rule(withdrawn=st.booleans())
    def its_service_is_withdrawn_or_runs_again(self, *, withdrawn: bool) -> None:
        self.ledger = replace(self.ledger, withdrawn=withdrawn)

    @rule(target=requests)
    def somebody_asks(self) -> Request:
        request = a_request()
        before = self.ledger
        applied = self._apply(Word.REQUESTED, request)
        if isinstance(applied.fact, PlaceHeld):
            self.granted_under_this_signal += 1
            assert before.status.gives_places
            assert not before.withdrawn
        return request

    @rule(request=requests)
    def somebody_asks_again(self, request: Request) -> None:
        before, hold = self.ledger, self.holds[request]
        again = self._apply(Word.REQUESTED, request)
        assert again.again
        assert isinstance(again.fact, ANSWER_BY_STATE[hold.state])
        assert (self.ledger, self.holds[request]) == (before, hold)

    @rule(request=requests, word=ENDINGS)
    def a_word_ends_or_confirms(self, request: Request, word: Word) -> None:
        before = self.ledger
        applied = self._apply(word, request)
        self.reopened_under_this_signal += self.ledger.free - before.free
        if isinstance(applied.fact, PlaceFreed) and before.withdrawn:
            assert (applied.fact.reopened, applied.fact.free) == (False, 0)

    @rule(word=ENDINGS)
    def a_word_comes_for_a_request_nobody_knows(self, word: Word) -> None:
        before = self.ledger
        say(word, a_request(), self.ledger)
        assert self.ledger == before

    @invariant()
    def places_add_up(self) -> None:
        ledger = self.ledger
        assert ledger.free + ledger.held + ledger.taken == ledger.places
        assert min(ledger.free, ledger.held, ledger.taken) >= 0

    @invariant()
    def no_more_is_granted_than_was_offered(self) -> None:
        if self.offered is not None:
            assert self.granted_under_this_signal <= self.offered + self.reopened_under_this_signal
            assert (
                self.ledger.free
                == self.offered + self.reopened_under_this_signal - self.granted_under_this_signal
            )

    @invariant()
    def no_place_leaks(self) -> None:
        states = [hold.state for hold in self.holds.values()]
        assert self.ledger.held == states.count(HoldState.HELD)
        assert self.ledger.taken == states.count(HoldState.TAKEN)

    @invariant()
    def of_places_said_in_all_only_what_nobody_has_is_free(self) -> None:
        ledger = self.ledger
        assert ledger.in_all == self.in_all
        if self.in_all is not None:
            assert ledger.free == max(0, self.in_all - ledger.held - ledger.taken)
            assert ledger.over_by == max(0, ledger.held + ledger.taken - self.in_all)

    @invariant()
    def closed_means_that_nothing_is_free(self) -> None:
        if not self.ledger.status.gives_places:
            assert self.ledger.free == 0
            assert not self.ledger.unlimited

    def _apply(self, word: Word, request: Request) -> Applied:
        applied = say(word, request, self.ledger, self.holds.get(request))
        assert applied.ledger is not None
        self.ledger = applied.ledger
        if applied.hold is not None:
            self.holds[request] = applied.hold
        return applied


LedgerMachine.TestCase.settings = settings(stateful_step_count=30)
TestLedgerMachine = LedgerMachine.TestCase

"""The place ledger of one pool: pure functions that apply one word, or one signal, and say what follows.

`free + held + taken = places`, always. A place is granted when the signal allows it and one is free, looked at
in one step; only a word about the hold ends it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.capacity.domain.errors import LedgerBroken
from services.capacity.domain.places import (
    Fact,
    Freeing,
    Hold,
    HoldState,
    PlaceFreed,
    PlaceHeld,
    PlaceRefused,
    PlaceTaken,
    Refusal,
    Request,
    Word,
)
from services.capacity.domain.safeguards import Safeguards
from services.capacity.domain.status import Status

ALL_ON = Safeguards()


@dataclass(frozen=True, slots=True)
class PoolLedger:
    """How many places there are, and how they stand, under the signal of this version.

    `in_all` is what the provider said of all its places together: with it a place that is given back is free
    again only when fewer hold or have one than that.
    """

    pool_id: UUID
    status: Status = Status.UNKNOWN
    version: int = 0
    places: int = 0
    free: int = 0
    held: int = 0
    taken: int = 0
    unlimited: bool = False
    withdrawn: bool = False
    in_all: int | None = None

    def __post_init__(self) -> None:
        adds_up = self.free + self.held + self.taken == self.places
        if not adds_up or min(self.free, self.held, self.taken) < 0:
            raise LedgerBroken(f"The places of pool {self.pool_id} do not add up.")
        if self.free and (self.unlimited or not self.status.gives_places):
            raise LedgerBroken(f"Pool {self.pool_id} has free places that it cannot have.")
        if self.in_all is not None and (self.unlimited or self.free != max(0, self.in_all - self.given)):
            raise LedgerBroken(f"Pool {self.pool_id} has other free places than were said in all.")

    @property
    def given(self) -> int:
        """Places that somebody holds or has."""
        return self.held + self.taken

    @property
    def over_by(self) -> int:
        """How many more hold or have a place than the provider said there are in all: nobody loses theirs."""
        return 0 if self.in_all is None else max(0, self.given - self.in_all)

    @property
    def gives_places(self) -> bool:
        return self.status.gives_places and not self.withdrawn

    @property
    def free_or_no_limit(self) -> int | None:
        """The places that may be given now; None means that there is no limit."""
        if not self.gives_places:
            return 0
        return None if self.unlimited else self.free


@dataclass(frozen=True, slots=True)
class Applied:
    """What a word leads to. Without a fact nothing has changed; nor when the fact was only said `again`."""

    ledger: PoolLedger | None
    hold: Hold | None
    fact: Fact | None = None
    again: bool = False


def apply_signal(
    ledger: PoolLedger, status: Status, free: int | None, in_all: int | None = None
) -> PoolLedger:
    """The ledger under a new signal. Places that are held or taken stay so; only the free ones are said anew.

    `free` None and `in_all` None is open without a limit; a pool that gives no places has none free. Of fewer
    places in all than are given none is free, until enough of them are given back.
    """
    now_in_all = in_all if status.gives_places else None
    unlimited = status is Status.OPEN and free is None and now_in_all is None
    said_free = free if now_in_all is None else max(0, now_in_all - ledger.given)
    now_free = (said_free or 0) if status.gives_places else 0
    return replace(
        ledger,
        status=status,
        version=ledger.version + 1,
        unlimited=unlimited,
        in_all=now_in_all,
        free=now_free,
        places=now_free + ledger.given,
    )


def apply_word(
    word: Word,
    request: Request,
    ledger: PoolLedger | None,
    hold: Hold | None,
    at: datetime,
    safeguards: Safeguards = ALL_ON,
) -> Applied:
    """Applies one word about one place. A word that was heard before changes nothing.

    But whoever asks or confirms once more has missed the answer: that is said again, as it stands now.
    `ledger` is None for a pool that is not known, `hold` is None for a request that was never heard of.
    """
    match word:
        case Word.REQUESTED:
            return _requested(request, ledger, hold, at, safeguards)
        case Word.CONFIRMED:
            return _confirmed(request, ledger, hold, at)
        case Word.GIVEN_UP:
            return release(ledger, hold, Freeing.GIVEN_UP, at)
        case Word.ENDED:
            return release(ledger, hold, Freeing.ENDED, at)


def why_refused(ledger: PoolLedger | None, safeguards: Safeguards = ALL_ON) -> Refusal | None:
    """Why no place can be given, or None when one can."""
    if ledger is None or ledger.withdrawn:
        return Refusal.NO_SUCH_POOL
    if ledger.status in {Status.FULL, Status.PAUSED} and not safeguards.check_signal:
        return None
    if not ledger.status.gives_places:
        return Refusal(ledger.status.value)
    if ledger.free == 0 and not ledger.unlimited and safeguards.check_free:
        return Refusal.NO_FREE_PLACE
    return None


def _requested(
    request: Request, ledger: PoolLedger | None, hold: Hold | None, at: datetime, safeguards: Safeguards
) -> Applied:
    if hold is not None:
        return Applied(ledger, hold, _answer_again(ledger, hold), again=True)
    reason = why_refused(ledger, safeguards)
    if reason is not None or ledger is None:
        return refuse(request, ledger, reason or Refusal.NO_SUCH_POOL, at)
    granted = Hold(request, HoldState.HELD, ledger.version, at, at)
    return Applied(_with_one_more_held(ledger), granted, PlaceHeld(granted, at))


def refuse(request: Request, ledger: PoolLedger | None, reason: Refusal, at: datetime) -> Applied:
    """A new request that gets no place."""
    refused = Hold(request, HoldState.REFUSED, ledger.version if ledger else 0, None, at, reason)
    return Applied(ledger, refused, _refusal_of(refused))


def _answer_again(ledger: PoolLedger | None, hold: Hold) -> Fact:
    """What became of a request. A freed place is told with the space that there is now, which is the later news."""
    match hold.state:
        case HoldState.HELD:
            return PlaceHeld(hold, hold.held_at or hold.changed_at)
        case HoldState.TAKEN:
            return PlaceTaken(hold.request)
        case HoldState.REFUSED:
            return _refusal_of(hold)
        case HoldState.FREED:
            return _freeing_of(hold, ledger or PoolLedger(hold.request.pool_id))


def _refusal_of(hold: Hold) -> PlaceRefused:
    # Rows of the time before the reason was kept have none.
    reason = hold.why if isinstance(hold.why, Refusal) else Refusal.NO_FREE_PLACE
    return PlaceRefused(hold.request, reason, hold.signal_version)


def _freeing_of(hold: Hold, ledger: PoolLedger) -> PlaceFreed:
    reason = hold.why if isinstance(hold.why, Freeing) else Freeing.GIVEN_UP
    reopened = ledger.gives_places and (ledger.in_all is None or ledger.free > 0)
    return PlaceFreed(hold.request, reason, reopened, ledger.free_or_no_limit, ledger.version)


def _with_one_more_held(ledger: PoolLedger) -> PoolLedger:
    if ledger.free > 0:
        return replace(ledger, free=ledger.free - 1, held=ledger.held + 1)
    return replace(ledger, places=ledger.places + 1, held=ledger.held + 1)


def _confirmed(request: Request, ledger: PoolLedger | None, hold: Hold | None, at: datetime) -> Applied:
    if hold is not None and hold.state is HoldState.TAKEN:
        return Applied(ledger, hold, _answer_again(ledger, hold), again=True)
    if ledger is None or hold is None or hold.state is not HoldState.HELD:
        version = ledger.version if ledger else 0
        return Applied(ledger, hold, PlaceRefused(request, Refusal.HOLD_GONE, version))
    taken = replace(hold, state=HoldState.TAKEN, changed_at=at)
    moved = replace(ledger, held=ledger.held - 1, taken=ledger.taken + 1)
    return Applied(moved, taken, PlaceTaken(hold.request))


def release(ledger: PoolLedger | None, hold: Hold | None, reason: Freeing, at: datetime) -> Applied:
    """Gives a held or taken place back: free again where places are given, closed for good where not.

    A place that was confirmed and then given up crosses here: it is freed as well, so that none leaks.
    """
    if ledger is None or hold is None or hold.state not in {HoldState.HELD, HoldState.TAKEN}:
        return Applied(ledger, hold)
    was_held = hold.state is HoldState.HELD
    # Of places said in all one fewer is given, also where the service is withdrawn: nobody gets it there.
    counts_again = ledger.gives_places or ledger.in_all is not None
    free_again = counts_again and not ledger.unlimited and ledger.over_by == 0
    given_back = replace(
        ledger,
        held=ledger.held - 1 if was_held else ledger.held,
        taken=ledger.taken if was_held else ledger.taken - 1,
        free=ledger.free + 1 if free_again else ledger.free,
        places=ledger.places if free_again else ledger.places - 1,
    )
    freed = replace(hold, state=HoldState.FREED, changed_at=at, why=reason)
    return Applied(given_back, freed, _freeing_of(freed, given_back))

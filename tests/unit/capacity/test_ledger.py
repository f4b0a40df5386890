"""The ledger, word by word."""

from dataclasses import replace

import pytest

from services.capacity.domain.errors import LedgerBroken
from services.capacity.domain.ledger import PoolLedger, apply_signal, release
from services.capacity.domain.places import (
    Freeing,
    HoldState,
    PlaceFreed,
    PlaceHeld,
    PlaceRefused,
    PlaceTaken,
    Refusal,
    Word,
)
from services.capacity.domain.safeguards import Safeguards
from services.capacity.domain.status import Status
from tests.unit.capacity.ledgers import NOW, POOL_ID, a_ledger, a_request, counts, say, with_a_hold


def test_a_request_gets_a_free_place_under_the_signal_that_stands() -> None:
    request = a_request()

    applied = say(Word.REQUESTED, request, a_ledger(free=3))

    assert counts(applied.ledger) == (3, 2, 1, 0)
    assert isinstance(applied.fact, PlaceHeld)
    assert applied.hold is not None
    assert (applied.hold.state, applied.hold.signal_version) == (HoldState.HELD, 1)


def test_without_a_limit_each_grant_makes_its_place() -> None:
    ledger, _ = with_a_hold(a_ledger(free=None))
    ledger, hold = with_a_hold(ledger)

    assert counts(ledger) == (2, 0, 2, 0)
    freed = release(ledger, hold, Freeing.GIVEN_UP, NOW)
    assert counts(freed.ledger) == (1, 0, 1, 0)
    assert isinstance(freed.fact, PlaceFreed)
    assert (freed.fact.reopened, freed.fact.free) == (True, None)


@pytest.mark.parametrize(
    ("ledger", "reason"),
    [
        (None, Refusal.NO_SUCH_POOL),
        (replace(a_ledger(), withdrawn=True), Refusal.NO_SUCH_POOL),
        (PoolLedger(POOL_ID), Refusal.UNKNOWN),
        (a_ledger(Status.FULL, None), Refusal.FULL),
        (a_ledger(Status.PAUSED, None), Refusal.PAUSED),
        (a_ledger(Status.OPEN, 0), Refusal.NO_FREE_PLACE),
        (a_ledger(Status.LIMITED, 0), Refusal.NO_FREE_PLACE),
    ],
)
def test_a_refusal_names_its_reason_and_changes_no_place(ledger: PoolLedger | None, reason: Refusal) -> None:
    applied = say(Word.REQUESTED, a_request(), ledger)

    assert isinstance(applied.fact, PlaceRefused)
    assert applied.fact.reason is reason
    assert applied.ledger is ledger
    assert applied.hold is not None
    assert applied.hold.state is HoldState.REFUSED


@pytest.mark.parametrize("word", list(Word))
def test_a_word_heard_twice_changes_nothing(word: Word) -> None:
    ledger, hold = with_a_hold(a_ledger())
    first = say(word, hold.request, ledger, hold)

    second = say(word, hold.request, first.ledger, first.hold)

    assert second.fact is None or second.again
    assert (second.ledger, second.hold) == (first.ledger, first.hold)


@pytest.mark.parametrize("ledger", [None, a_ledger(free=1), a_ledger(Status.FULL, None)])
def test_who_asks_again_hears_the_same_answer_again(ledger: PoolLedger | None) -> None:
    request = a_request()
    first = say(Word.REQUESTED, request, ledger)
    meanwhile = first.ledger and apply_signal(first.ledger, Status.OPEN, 5)

    again = say(Word.REQUESTED, request, meanwhile, first.hold)

    assert not first.again
    assert again.again
    assert (again.fact, again.ledger, again.hold) == (first.fact, meanwhile, first.hold)


def test_who_confirms_again_hears_again_that_the_place_is_taken() -> None:
    ledger, hold = with_a_hold(a_ledger())
    taken = say(Word.CONFIRMED, hold.request, ledger, hold)

    for word in (Word.CONFIRMED, Word.REQUESTED):
        again = say(word, hold.request, taken.ledger, taken.hold)
        assert (again.fact, again.again) == (PlaceTaken(hold.request), True)


def test_who_asks_again_for_a_place_that_ran_out_hears_so_with_the_space_of_now() -> None:
    ledger, hold = with_a_hold(a_ledger(free=3))
    expired = release(ledger, hold, Freeing.EXPIRED, NOW)
    assert expired.ledger is not None
    now = apply_signal(expired.ledger, Status.LIMITED, 2)

    again = say(Word.REQUESTED, hold.request, now, expired.hold)

    assert again.fact == PlaceFreed(hold.request, Freeing.EXPIRED, reopened=True, free=2, signal_version=2)


def test_confirming_takes_the_held_place() -> None:
    ledger, hold = with_a_hold(a_ledger())

    applied = say(Word.CONFIRMED, hold.request, ledger, hold)

    assert counts(applied.ledger) == (3, 2, 0, 1)
    assert applied.fact == PlaceTaken(hold.request)


def test_confirming_a_hold_that_is_gone_is_refused() -> None:
    ledger, hold = with_a_hold(a_ledger())
    freed = say(Word.GIVEN_UP, hold.request, ledger, hold)

    for gone in (freed.hold, None):
        applied = say(Word.CONFIRMED, hold.request, freed.ledger, gone)
        assert isinstance(applied.fact, PlaceRefused)
        assert applied.fact.reason is Refusal.HOLD_GONE
        assert applied.ledger is freed.ledger


def test_confirmed_and_given_up_crossing_leak_no_place_in_either_order() -> None:
    ledger, hold = with_a_hold(a_ledger())

    for order in ((Word.CONFIRMED, Word.GIVEN_UP), (Word.GIVEN_UP, Word.CONFIRMED)):
        first = say(order[0], hold.request, ledger, hold)
        second = say(order[1], hold.request, first.ledger, first.hold)
        assert counts(second.ledger) == (3, 3, 0, 0)


def test_an_ended_place_is_free_again_while_places_are_given() -> None:
    ledger, hold = with_a_hold(a_ledger(Status.LIMITED, 1))
    taken = say(Word.CONFIRMED, hold.request, ledger, hold)

    ended = say(Word.ENDED, hold.request, taken.ledger, taken.hold)

    assert counts(ended.ledger) == (1, 1, 0, 0)
    assert ended.fact == PlaceFreed(hold.request, Freeing.ENDED, reopened=True, free=1, signal_version=1)


@pytest.mark.parametrize("status", [Status.FULL, Status.PAUSED, Status.UNKNOWN])
def test_a_place_freed_while_none_are_given_stays_closed(status: Status) -> None:
    ledger, hold = with_a_hold(a_ledger())
    closed = apply_signal(ledger, status, None)

    freed = say(Word.GIVEN_UP, hold.request, closed, hold)

    assert counts(freed.ledger) == (0, 0, 0, 0)
    assert freed.fact == PlaceFreed(hold.request, Freeing.GIVEN_UP, reopened=False, free=0, signal_version=2)


def test_a_signal_says_the_free_places_anew_and_keeps_who_has_one() -> None:
    ledger, hold = with_a_hold(a_ledger(free=5))
    taken = say(Word.CONFIRMED, hold.request, ledger, hold).ledger
    assert taken is not None
    held, _ = with_a_hold(taken)

    assert counts(apply_signal(held, Status.LIMITED, 2)) == (4, 2, 1, 1)
    assert counts(apply_signal(held, Status.FULL, None)) == (2, 0, 1, 1)
    assert counts(apply_signal(held, Status.OPEN, None)) == (2, 0, 1, 1)


def with_people(ledger: PoolLedger, held: int, taken: int) -> PoolLedger:
    return replace(ledger, held=held, taken=taken, places=ledger.free + held + taken)


@pytest.mark.parametrize(
    ("in_all", "places", "free", "over_by"), [(20, 20, 5, 0), (15, 15, 0, 0), (10, 15, 0, 5)]
)
def test_places_said_in_all_leave_free_what_nobody_has(
    in_all: int, places: int, free: int, over_by: int
) -> None:
    told = apply_signal(with_people(a_ledger(free=2), held=3, taken=12), Status.OPEN, None, in_all)

    assert counts(told) == (places, free, 3, 12)
    assert told.over_by == over_by
    assert told.free_or_no_limit == free


def test_with_fewer_places_in_all_than_people_nobody_new_comes_until_enough_have_left() -> None:
    ledger, first = with_a_hold(a_ledger(free=3))
    ledger, second = with_a_hold(ledger)
    less = apply_signal(ledger, Status.OPEN, None, 1)
    assert isinstance(say(Word.REQUESTED, a_request(), less).fact, PlaceRefused)

    one_left = release(less, first, Freeing.GIVEN_UP, NOW)
    both_left = release(one_left.ledger, second, Freeing.GIVEN_UP, NOW)

    assert isinstance(one_left.fact, PlaceFreed)
    assert isinstance(both_left.fact, PlaceFreed)
    assert (one_left.fact.reopened, one_left.fact.free) == (False, 0)
    assert (both_left.fact.reopened, both_left.fact.free) == (True, 1)
    assert counts(both_left.ledger) == (1, 1, 0, 0)


def test_at_a_withdrawn_service_places_said_in_all_still_count_and_nobody_gets_one() -> None:
    ledger, first = with_a_hold(a_ledger(free=3))
    ledger, second = with_a_hold(ledger)
    withdrawn = replace(apply_signal(ledger, Status.OPEN, None, 1), withdrawn=True)

    one_left = release(withdrawn, first, Freeing.GIVEN_UP, NOW)
    both_left = release(one_left.ledger, second, Freeing.ENDED, NOW)

    assert [counts(each.ledger) for each in (one_left, both_left)] == [(1, 0, 1, 0), (1, 1, 0, 0)]
    for each in (one_left, both_left):
        assert isinstance(each.fact, PlaceFreed)
        assert (each.fact.reopened, each.fact.free) == (False, 0)
    assert isinstance(say(Word.REQUESTED, a_request(), both_left.ledger).fact, PlaceRefused)


@pytest.mark.parametrize(
    "broken",
    [
        {"places": 2, "free": 1},
        {"places": 0, "free": 1, "held": -1},
        {"places": 1, "free": 1, "status": Status.FULL},
        {"places": 1, "free": 1, "unlimited": True},
        {"places": 2, "free": 2, "in_all": 1},
        {"places": 1, "free": 1, "in_all": 2},
        {"unlimited": True, "in_all": 2},
    ],
)
def test_a_ledger_that_does_not_add_up_cannot_be(broken: dict[str, object]) -> None:
    with pytest.raises(LedgerBroken):
        replace(PoolLedger(POOL_ID, status=Status.OPEN), **broken)  # type: ignore[arg-type]


def test_each_safeguard_is_what_prevents_its_fault() -> None:
    none_free, full = a_ledger(Status.OPEN, 0), a_ledger(Status.FULL, None)

    double = say(Word.REQUESTED, a_request(), none_free, safeguards=Safeguards(check_free=False))
    late = say(Word.REQUESTED, a_request(), full, safeguards=Safeguards(check_signal=False))

    assert isinstance(double.fact, PlaceHeld)
    assert isinstance(late.fact, PlaceHeld)
    assert isinstance(
        say(Word.REQUESTED, a_request(), full, safeguards=Safeguards(check_free=False)).fact, PlaceRefused
    )
    assert isinstance(
        say(Word.REQUESTED, a_request(), none_free, safeguards=Safeguards(check_signal=False)).fact,
        PlaceRefused,
    )

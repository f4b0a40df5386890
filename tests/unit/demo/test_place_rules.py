"""What counts as a place too many, and as a place after full."""

from datetime import timedelta

from deploy.demo.checker import check
from deploy.demo.log_records import moment
from deploy.demo.place_rules import Acknowledged, after_full, over_allocated
from tests.unit.demo.histories import History


def kinds(faults: object) -> list[str]:
    return sorted(fault.kind for fault in faults)  # type: ignore[attr-defined]


def test_as_many_as_offered_is_fine() -> None:
    log = History()
    log.signal("pool", 1, "open", 2)
    log.held("pool", "r1", 1)
    log.held("pool", "r2", 1)

    assert over_allocated(log.records) == []


def test_one_more_than_offered_is_found() -> None:
    log = History()
    log.signal("pool", 1, "open", 2)
    for request in ("r1", "r2", "r3"):
        log.held("pool", request, 1)

    assert [(fault.kind, fault.about) for fault in over_allocated(log.records)] == [
        ("held-beyond-offer", "r3")
    ]


def test_a_place_given_back_may_be_given_again() -> None:
    log = History()
    log.signal("pool", 1, "limited", 1)
    log.held("pool", "r1", 1)
    log.freed("pool", "r1", 1)
    log.held("pool", "r2", 1)

    assert over_allocated(log.records) == []


def test_a_hold_that_is_said_again_is_no_other_place_also_after_full() -> None:
    log = History()
    log.signal("pool", 1, "open", 1)
    log.held("pool", "r1", 1)
    log.signal("pool", 2, "full", 0)
    log.held("pool", "r1", 1)

    assert over_allocated(log.records) == []
    assert after_full(log.records) == []


def test_a_place_that_stayed_closed_may_not_be_given_again() -> None:
    log = History()
    log.signal("pool", 1, "open", 1)
    log.held("pool", "r1", 1)
    log.freed("pool", "r1", 1, reopened=False)
    log.held("pool", "r2", 1)

    assert kinds(over_allocated(log.records)) == ["held-beyond-offer"]


def test_a_place_that_nobody_held_frees_nothing() -> None:
    log = History()
    log.signal("pool", 1, "open", 1)
    log.held("pool", "r1", 1)
    log.freed("pool", "stranger", 1)
    log.held("pool", "r2", 1)

    assert kinds(over_allocated(log.records)) == ["held-beyond-offer"]


def test_a_place_freed_twice_is_free_once() -> None:
    log = History()
    log.signal("pool", 1, "open", 1)
    log.held("pool", "r1", 1)
    log.freed("pool", "r1", 1)
    log.freed("pool", "r1", 1)
    log.held("pool", "r2", 1)
    log.held("pool", "r3", 1)

    assert kinds(over_allocated(log.records)) == ["held-beyond-offer"]


def test_a_new_signal_offers_anew() -> None:
    log = History()
    log.signal("pool", 1, "open", 1)
    log.held("pool", "r1", 1)
    log.signal("pool", 2, "open", 1)
    log.held("pool", "r2", 2)

    assert over_allocated(log.records) == []


def test_an_older_place_given_back_counts_under_the_signal_that_stands() -> None:
    log = History()
    log.signal("pool", 1, "open", 1)
    log.held("pool", "r1", 1)
    log.signal("pool", 2, "open", 0)
    log.freed("pool", "r1", 2)
    log.held("pool", "r2", 2)

    assert over_allocated(log.records) == []


def test_open_without_a_limit_is_never_too_many() -> None:
    log = History()
    log.signal("pool", 1, "open", None)
    for request in ("r1", "r2", "r3"):
        log.held("pool", request, 1)

    assert over_allocated(log.records) == []


def test_a_place_that_no_signal_offered_is_found() -> None:
    log = History()
    log.held("pool", "r1", 3)

    assert kinds(over_allocated(log.records)) == ["held-under-no-signal"]


def test_pools_do_not_share_places() -> None:
    log = History()
    log.signal("near", 1, "open", 5)
    log.signal("far", 1, "open", 0)
    log.held("far", "r1", 1)

    assert kinds(over_allocated(log.records)) == ["held-beyond-offer"]


def test_an_event_that_was_published_twice_counts_once() -> None:
    log = History()
    log.signal("pool", 1, "open", 1)
    held = log.held("pool", "r1", 1)
    log.records.append(held)

    assert check(log.records).over_allocated == []


def test_a_place_held_under_full_is_found() -> None:
    log = History()
    log.signal("pool", 1, "full", 0)
    log.held("pool", "r1", 1)

    assert kinds(after_full(log.records)) == ["held-under-full"]


def test_a_place_held_under_an_older_signal_after_full_is_found() -> None:
    log = History()
    log.signal("pool", 1, "open", 3)
    log.signal("pool", 2, "full", 0)
    log.held("pool", "r1", 1)

    assert kinds(after_full(log.records)) == ["held-after-full"]


def test_places_before_full_and_after_opening_again_are_fine() -> None:
    log = History()
    log.signal("pool", 1, "open", 3)
    log.held("pool", "r1", 1)
    log.signal("pool", 2, "full", 0)
    log.signal("pool", 3, "open", 1)
    log.held("pool", "r2", 3)

    assert after_full(log.records) == []


def test_an_offer_first_shown_after_the_acknowledged_full_is_found() -> None:
    log = History()
    log.signal("pool", 1, "open", 3)
    log.held("pool", "r1", 1)
    full = log.signal("pool", 2, "full", 0)
    log.of_request("offered", "pool", "r1")

    heard = Acknowledged("pool", 2, full.time + timedelta(seconds=0.5))

    assert kinds(after_full(log.records, [heard])) == ["shown-after-full"]


def test_an_offer_shown_before_the_acknowledgement_is_fine() -> None:
    log = History()
    log.signal("pool", 1, "open", 3)
    log.held("pool", "r1", 1)
    log.signal("pool", 2, "full", 0)
    shown = log.of_request("offered", "pool", "r1")

    heard = Acknowledged("pool", 2, moment(shown["offered_at"]) + timedelta(seconds=0.1))

    assert after_full(log.records, [heard]) == []


def test_an_offer_of_a_place_given_after_opening_again_is_fine() -> None:
    log = History()
    full = log.signal("pool", 1, "full", 0)
    log.signal("pool", 2, "open", 1)
    log.held("pool", "r1", 2)
    log.of_request("offered", "pool", "r1")

    assert after_full(log.records, [Acknowledged("pool", 1, full.time)]) == []

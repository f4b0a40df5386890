"""What a statement does to a pool, and when it is shown back instead."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.capacity.domain.errors import PauseIsOver, PoolWithdrawn
from services.capacity.domain.ledger import PoolLedger
from services.capacity.domain.pool import Pool, SomeoneSpokeSince, Statement, decay, hear
from services.capacity.domain.status import Source, Status
from tests.unit.capacity.ledgers import AREA, NOW, POOL_ID

WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


def a_pool(ledger: PoolLedger | None = None) -> Pool:
    return Pool(POOL_ID, uuid4(), "Art for all", AREA, 0, ledger or PoolLedger(POOL_ID), None)


def a_statement(
    status: Status = Status.OPEN,
    *,
    seen: int = 0,
    tapped: timedelta = timedelta(),
    paused_for: timedelta | None = None,
) -> Statement:
    return Statement(
        status=status,
        free=3 if status.gives_places else None,
        version_seen=seen,
        tapped_at=NOW + tapped,
        source=Source.LINK,
        paused_until=NOW + paused_for if paused_for else None,
    )


def test_a_statement_counts_for_a_week_from_its_tap() -> None:
    pool = hear(a_pool(), a_statement(tapped=-MINUTE), NOW, WEEK)

    assert (pool.ledger.version, pool.ledger.status, pool.ledger.free) == (1, Status.OPEN, 3)
    assert pool.said is not None
    assert (pool.said.confirmed_at, pool.said.expires_at) == (NOW - MINUTE, NOW - MINUTE + WEEK)


def test_a_clock_that_is_fast_confirms_nothing_in_the_future() -> None:
    pool = hear(a_pool(), a_statement(tapped=timedelta(days=2)), NOW, WEEK)

    assert pool.said is not None
    assert pool.said.confirmed_at == NOW


@pytest.mark.parametrize("status", [Status.OPEN, Status.LIMITED, Status.PAUSED])
@pytest.mark.parametrize(("seen", "tapped"), [(0, timedelta()), (9, timedelta()), (1, -WEEK - MINUTE)])
def test_an_older_statement_is_shown_back(status: Status, seen: int, tapped: timedelta) -> None:
    pool = hear(a_pool(), a_statement(), NOW, WEEK)

    with pytest.raises(SomeoneSpokeSince) as shown:
        hear(pool, a_statement(status, seen=seen, tapped=tapped), NOW, WEEK)

    assert shown.value.current is pool


@pytest.mark.parametrize(("seen", "tapped"), [(0, timedelta()), (9, timedelta()), (1, -WEEK - MINUTE)])
def test_full_always_applies(seen: int, tapped: timedelta) -> None:
    pool = hear(a_pool(), a_statement(), NOW, WEEK)

    full = hear(pool, a_statement(Status.FULL, seen=seen, tapped=tapped), NOW, WEEK)

    assert (full.ledger.status, full.ledger.free, full.ledger.version) == (Status.FULL, 0, 2)


def test_decay_is_nobodys_word_so_the_statement_it_overtook_still_counts() -> None:
    decayed = decay(hear(a_pool(), a_statement(), NOW, WEEK))
    assert (decayed.ledger.status, decayed.ledger.free, decayed.ledger.version) == (Status.UNKNOWN, 0, 2)
    assert decayed.said is not None
    assert decayed.said.source is Source.DECAY

    assert hear(decayed, a_statement(seen=1), NOW, WEEK).ledger.status is Status.OPEN


def test_a_pause_counts_until_it_ends() -> None:
    pool = hear(a_pool(), a_statement(Status.PAUSED, paused_for=timedelta(days=28)), NOW, WEEK)

    assert pool.said is not None
    assert pool.said.expires_at == NOW + timedelta(days=28)


@pytest.mark.parametrize("paused_for", [-MINUTE, timedelta(days=367)])
def test_a_pause_ends_after_now_and_within_a_year(paused_for: timedelta) -> None:
    with pytest.raises(PauseIsOver):
        hear(a_pool(), a_statement(Status.PAUSED, paused_for=paused_for), NOW, WEEK)


def test_nothing_is_said_of_a_pool_that_is_withdrawn() -> None:
    with pytest.raises(PoolWithdrawn):
        hear(a_pool(PoolLedger(POOL_ID, withdrawn=True)), a_statement(), NOW, WEEK)

"""What the board adds up: by organisation, and for all of them together."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.capacity.domain.ledger import PoolLedger
from services.capacity.domain.pool import Pool
from services.capacity.domain.status import Status
from services.capacity.entrypoints.board.board_view import Sums, board_of

OURS, BELOW, OTHERS = UUID(int=1), UUID(int=2), UUID(int=3)
COUNTS = st.integers(min_value=0, max_value=50)


@st.composite
def a_pool(draw: st.DrawFn) -> Pool:
    status = draw(st.sampled_from(Status))
    unlimited = status is Status.OPEN and draw(st.booleans())
    free = draw(COUNTS) if status.gives_places and not unlimited else 0
    held, taken = draw(COUNTS), draw(COUNTS)
    pool_id = uuid4()
    ledger = PoolLedger(pool_id, status, 1, free + held + taken, free, held, taken, unlimited=unlimited)
    owner = draw(st.sampled_from([OURS, BELOW, OTHERS, None]))
    return Pool(pool_id, uuid4(), "Walks", "E09000025", 1, ledger, None, organisation_id=owner)


@given(st.lists(a_pool(), max_size=12))
def test_nothing_is_counted_twice_or_left_out(pools: list[Pool]) -> None:
    board = board_of(pools, [OURS, BELOW])

    shown = [pool for group in board.ours for pool in group.pools] + list(board.elsewhere)
    assert sorted(each.pool_id for each in shown) == sorted(each.pool_id for each in pools)
    assert {group.organisation_id for group in board.ours} <= {OURS, BELOW}
    assert all(pool.organisation_id not in {OURS, BELOW} for pool in board.elsewhere)
    parts = sum((group.sums for group in board.ours), Sums.of(board.elsewhere))
    assert parts == board.all_together


@given(st.lists(a_pool(), max_size=12))
def test_each_pool_has_space_or_none_or_is_unknown(pools: list[Pool]) -> None:
    sums = Sums.of(pools)

    assert sums.with_space + sums.no_space + sums.unknown == sums.pools == len(pools)
    assert sums.free == sum(each.ledger.free for each in pools)
    assert (sums.held, sums.taken) == (
        sum(each.ledger.held for each in pools),
        sum(each.ledger.taken for each in pools),
    )

"""When a declared 'open' is doubted, how much, and why."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.capacity.domain.doubt import Doubt, DoubtCode, DoubtReason, OfferOutcome, Outcome, doubt_of
from services.capacity.domain.ledger import apply_signal
from services.capacity.domain.pool import decay, doubted, hear
from services.capacity.domain.status import Status
from tests.unit.capacity.ledgers import NOW
from tests.unit.capacity.test_pool import WEEK, a_pool, a_statement

DAY = timedelta(days=1)
SPOKE = NOW - 10 * DAY
FULL, LAPSED, DECLINED, ACCEPTED, STARTED = (
    Outcome.DECLINED_AS_FULL,
    Outcome.LAPSED,
    Outcome.DECLINED,
    Outcome.ACCEPTED,
    Outcome.STARTED,
)


def ended(*outcomes: Outcome, first: timedelta = 9 * DAY) -> list[OfferOutcome]:
    """One after the other, an hour apart."""
    return [OfferOutcome(each, NOW - first + timedelta(hours=number)) for number, each in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("outcomes", "percent", "reasons"),
    [
        ((FULL, FULL, FULL, ACCEPTED), 68, [("declined-as-full", 3, 4)]),
        ((FULL, FULL, FULL, FULL), 90, [("declined-as-full", 4, 4)]),
        ((LAPSED, LAPSED, LAPSED, LAPSED), 60, [("lapsed", 4, 4)]),
        ((FULL, FULL, LAPSED, LAPSED), 62, [("declined-as-full", 2, 4), ("lapsed", 2, 4)]),
        ((FULL, FULL), 45, [("declined-as-full", 2, 2)]),
        ((FULL, FULL, FULL, FULL, ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED), None, []),
        ((FULL,), None, []),
        ((DECLINED, DECLINED, DECLINED, DECLINED), None, []),
        ((ACCEPTED, ACCEPTED, FULL, DECLINED), None, []),
    ],
)
def test_the_last_four_offers_count(
    outcomes: Sequence[Outcome], percent: int | None, reasons: list[tuple[str, int, int]]
) -> None:
    doubt = doubt_of(ended(*outcomes), SPOKE, NOW)

    assert (doubt.percent if doubt else None) == percent
    assert [(each.code.value, each.number, each.of) for each in (doubt.reasons if doubt else ())] == reasons


def test_what_was_before_the_providers_last_word_or_long_ago_counts_no_more() -> None:
    declined = ended(FULL, FULL, FULL, FULL)

    assert doubt_of(declined, NOW - 8 * DAY, NOW) is None
    assert doubt_of(ended(FULL, FULL, FULL, FULL, first=15 * DAY), NOW - 30 * DAY, NOW) is None


@pytest.mark.parametrize(
    ("before", "now", "grows"), [(7, 28, True), (7, 20, False), (20, 35, False), (0, 14, True)]
)
def test_waits_that_grow_add_to_it(before: int, now: int, grows: bool) -> None:  # noqa: FBT001
    waits = [
        OfferOutcome(STARTED, NOW - 20 * DAY, before),
        OfferOutcome(STARTED, NOW - DAY, now),
        *ended(FULL, FULL),
    ]

    doubt = doubt_of(waits, SPOKE, NOW)

    assert doubt is not None
    assert (DoubtReason(DoubtCode.WAITS_GROW, now, before) in doubt.reasons) is grows
    assert doubt.percent == (59 if grows else 45)


@given(st.lists(st.tuples(st.sampled_from(list(Outcome)), st.integers(0, 40)), max_size=12))
def test_it_is_never_certain_and_never_without_a_reason(found: list[tuple[Outcome, int]]) -> None:
    doubt = doubt_of(
        [OfferOutcome(each, NOW - timedelta(hours=hours), hours) for each, hours in found], SPOKE, NOW
    )

    assert doubt is None or (30 <= doubt.percent <= 95 and doubt.reasons)


def test_it_changes_nothing_but_the_version_and_is_gone_when_they_speak_or_nobody_knows() -> None:
    pool = hear(a_pool(), a_statement(), NOW, WEEK)
    doubt = Doubt(68, (DoubtReason(DoubtCode.DECLINED_AS_FULL, 3, 4),))

    in_doubt = doubted(pool, doubt)

    assert (in_doubt.said, in_doubt.spoken_version) == (pool.said, pool.spoken_version)
    assert apply_signal(pool.ledger, Status.OPEN, 3).version == in_doubt.ledger.version
    assert (in_doubt.ledger.free, in_doubt.ledger.status) == (pool.ledger.free, Status.OPEN)
    assert hear(in_doubt, a_statement(seen=1), NOW, WEEK).doubt is None
    assert decay(in_doubt).doubt is None

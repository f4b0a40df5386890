"""Who scatters is slowed: by what providers decided, and never by what says nothing of who was sent."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.fact_kind import FactKind
from services.referral.domain.fit_rate import BRAKE, Brake, FitFigures, figures_of, sender_of
from services.referral.domain.leg import DECLINE_REASONS, Fact
from tests.unit.referral.examples import leg

ORGANISATION, REFERRER = UUID(int=1), UUID(int=2)
COUNTS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("fitted", "did_not_fit", "slowed"),
    [
        (0, 9, False),  # too few to say
        (0, 10, True),
        (4, 6, False),  # 40 in 100
        (3, 7, True),
        (399, 601, True),  # 39.9 in 100 rounds to 40 and is below it all the same
        (400, 600, False),
        (0, 0, False),
    ],
)
def test_the_brake_is_on_below_its_share_of_enough_decisions(
    fitted: int, did_not_fit: int, *, slowed: bool
) -> None:
    assert BRAKE.slows(FitFigures(fitted, did_not_fit)) is slowed


@given(fitted=COUNTS, did_not_fit=COUNTS)
def test_one_more_who_fits_never_puts_the_brake_on(fitted: int, did_not_fit: int) -> None:
    before, one_more = FitFigures(fitted, did_not_fit), FitFigures(fitted + 1, did_not_fit)
    enough = before.decided >= BRAKE.least_decided

    assert not BRAKE.slows(one_more) or BRAKE.slows(before) or not enough
    assert before + FitFigures(fitted=1) == one_more


def test_the_share_is_of_those_decided() -> None:
    assert FitFigures(3, 1).percent == 75
    assert FitFigures().percent is None


def test_ninety_days_are_this_one_and_the_eighty_nine_before() -> None:
    today = date(2026, 11, 22)

    assert today - BRAKE.since(today) == timedelta(days=89)
    assert Brake(days=1).since(today) == today


@pytest.mark.parametrize("reason", sorted(DECLINE_REASONS))
def test_only_a_no_to_the_person_counts_against_who_sent_them(reason: str) -> None:
    found = figures_of(Fact(FactKind.DECLINED, None, reason))

    assert found == (FitFigures(did_not_fit=1) if reason == "not-suitable" else None)


@pytest.mark.parametrize("kind", sorted(set(FactKind) - {FactKind.DECLINED}))
def test_a_place_counts_for_them_and_nothing_else_does(kind: FactKind) -> None:
    assert figures_of(Fact(kind)) == (FitFigures(fitted=1) if kind is FactKind.ACCEPTED else None)


def test_figures_are_the_organisations_and_else_the_referrers() -> None:
    assert sender_of(leg(referring_organisation_id=ORGANISATION, referrer_id=REFERRER)) == ORGANISATION
    assert sender_of(leg(referrer_id=REFERRER)) == REFERRER
    assert sender_of(leg()) is None

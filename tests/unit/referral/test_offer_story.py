"""What a used or passed link says was done, and when."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.referral.domain.offer_story import OfferState, PastStep, tell
from tests.unit.referral.examples import NOON

SHOWN = ("requested", "offered", "place-held")


def story(*steps: tuple[str, str, str | None]) -> OfferState | None:
    told = tell(
        [
            PastStep(UUID(int=1), came, went, why, NOON + timedelta(hours=n))
            for n, (came, went, why) in enumerate((("matching", "requested", "best"), *steps))
        ]
    )
    return told.state if told else None


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], None),
        ([("requested", "matching", "refused-full")], None),
        ([("requested", "matching", "provider-full")], None),
        ([("requested", "withdrawn", "person-withdrew")], None),
        ([SHOWN], OfferState.OPEN),
        ([SHOWN, ("offered", "offered", "due-now-for-demonstration")], OfferState.OPEN),
        ([SHOWN, ("offered", "matching", "wrong-area")], OfferState.DECLINED),
        ([SHOWN, ("offered", "matching", "no-answer-in-time")], OfferState.LAPSED),
        ([SHOWN, ("offered", "matching", "hold-expired")], OfferState.GONE),
        ([SHOWN, ("offered", "withdrawn", "person-withdrew")], OfferState.WITHDRAWN),
        ([SHOWN, ("offered", "accepting", "provider-accepted")], OfferState.ACCEPTED),
        (
            [
                SHOWN,
                ("offered", "accepting", "provider-accepted"),
                ("accepting", "accepted", "place-taken"),
                ("accepted", "started", "has-started"),
            ],
            OfferState.ACCEPTED,
        ),
    ],
)
def test_the_story_of_an_offer(steps: list[tuple[str, str, str | None]], expected: OfferState | None) -> None:
    assert story(*steps) is expected


def test_an_acceptance_is_dated_when_it_was_made() -> None:
    steps = [
        PastStep(UUID(int=1), came, went, None, NOON + timedelta(hours=n))
        for n, (came, went) in enumerate(
            [("requested", "offered"), ("offered", "accepting"), ("accepting", "accepted")]
        )
    ]

    told = tell(steps)

    assert told is not None
    assert told.at == NOON + timedelta(hours=1)

"""A message is tried again with growing pauses, and given up after the last."""

import pytest

from services.notify.domain.delivery_attempts import PAUSES, Failed, Pending, Sent, TryLater, outcome_of


def test_the_pauses_grow() -> None:
    assert list(PAUSES) == sorted(set(PAUSES))


@pytest.mark.parametrize("attempts", range(1, len(PAUSES) + 1))
def test_a_failed_try_is_tried_again_after_its_pause(attempts: int) -> None:
    assert outcome_of(TryLater("owner-away"), attempts) == Pending(PAUSES[attempts - 1])


def test_too_many_tries_give_up() -> None:
    assert outcome_of(TryLater("owner-away"), len(PAUSES) + 1) == Failed("gave-up")


@pytest.mark.parametrize("attempt", [Sent(), Failed("refused"), Failed("no-address")])
def test_what_is_sent_or_refused_is_settled_at_once(attempt: Sent | Failed) -> None:
    assert outcome_of(attempt, 1) is attempt

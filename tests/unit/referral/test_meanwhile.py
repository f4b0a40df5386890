"""Something open meanwhile: what is like it, suits, has space and is waited for by nobody."""

from typing import Any
from uuid import UUID

import pytest

from services.referral.domain.listed_pool import Signal
from services.referral.domain.meanwhile import LIKE, MOST_SHOWN, Meanwhile, open_meanwhile
from shared.vocabulary.vocabulary import needs
from tests.unit.referral.examples import pool, wants

CREATIVE = {"needs": frozenset({"creative"})}


def found(*pools: Any, **changes: Any) -> list[Meanwhile]:
    said: dict[str, Any] = {"known": {"loneliness"}, "not_for_them": (), "waited_for": (), "home": None}
    return list(open_meanwhile(wants(), pools, **(said | changes)))


def test_what_is_like_it_is_shown_with_the_need_that_it_is_for() -> None:
    [shown] = found(pool(1, **CREATIVE), pool(2, needs=frozenset({"housing"})))

    assert (shown.pool.pool_id, shown.wants.need) == (UUID(int=1), "creative")
    assert shown.decision.chosen == shown.pool


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"signal": Signal("full", 0)}, {}),
        ({"signal": Signal("limited", 1)}, {}),
        ({"signal": Signal("unknown", 1)}, {}),
        ({"languages": frozenset({"pl"})}, {}),
        ({}, {"known": {"loneliness", "creative"}}),
        ({}, {"not_for_them": {UUID(int=1001)}}),
        ({}, {"waited_for": {UUID(int=1)}}),
    ],
)
def test_what_is_full_unsure_unsuitable_asked_for_declined_or_waited_for_is_not_shown(
    changes: dict[str, Any], said: dict[str, Any]
) -> None:
    assert not found(pool(1, **(CREATIVE | changes)), **said)


def test_each_service_is_shown_once_and_not_too_many() -> None:
    services = [pool(number, **CREATIVE) for number in range(1, 9)]

    assert len(found(*services)) == MOST_SHOWN
    assert len(found(services[0], services[0].with_signal(Signal("open", 2)))) == 1


def test_what_is_like_a_need_are_other_needs_that_there_are() -> None:
    assert {need for like in LIKE.values() for need in like} | LIKE.keys() <= needs().keys()
    assert not [need for need, like in LIKE.items() if need in like]

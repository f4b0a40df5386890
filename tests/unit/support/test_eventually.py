"""Waiting for a condition."""

from __future__ import annotations

import pytest

from tests.support.eventually import eventually


async def test_the_value_is_returned_as_soon_as_it_is_there() -> None:
    answers = iter([0, None, "found"])

    assert await eventually(lambda: next(answers), every=0) == "found"


async def test_an_assertion_that_holds_later_is_waited_for() -> None:
    seen: list[int] = []

    async def three_seen() -> bool:
        seen.append(1)
        assert len(seen) >= 3
        return True

    assert await eventually(three_seen, every=0)


async def test_what_was_seen_last_is_told() -> None:
    with pytest.raises(AssertionError, match=r"not within 0\.01 s: rows arrive; last seen: \[\]"):
        await eventually(list, within=0.01, because="rows arrive")

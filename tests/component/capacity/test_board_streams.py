"""A board is open on many screens, and one more than there may be is told so: its page works, by being loaded again."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from uuid import uuid4

import pytest

from services.capacity.entrypoints.board import board_pages
from services.capacity.settings import CapacitySettings
from shared.web.changes import MOST_STREAMS, OpenStreams
from tests.component.capacity.at_work import CapacityAtWork
from tests.component.capacity.test_board import (
    BOARD,
    LISTENING,
    LIVE,
    OURS,
    a_pool_of,
    form,
    listening,
    next_event,
    of_organisations,
    tap,
)
from tests.support.eventually import eventually

FEW = 3


@pytest.fixture
def settings(settings: CapacitySettings, monkeypatch: pytest.MonkeyPatch) -> CapacitySettings:
    """The service is made after this: with room for few, so that the test need not open as many as it has."""
    monkeypatch.setattr(board_pages, "OpenStreams", partial(OpenStreams, most=FEW))
    return settings


async def as_many_as_may(capacity: CapacityAtWork, open_boards: AsyncExitStack) -> list[AsyncIterator[str]]:
    """Boards of as many people. Whoever lets go of what this gives closes them."""
    kept = []
    for _ in range(FEW):
        somebody = of_organisations(capacity, OURS, member_id=uuid4())
        kept.append(await open_boards.enter_async_context(listening(capacity, somebody)))
        await next_event(kept[-1])
    return kept


async def test_one_board_too_many_is_told_when_to_ask_again_and_works_without_news(
    capacity: CapacityAtWork,
) -> None:
    pool_id = await a_pool_of(capacity, OURS)
    late = of_organisations(capacity, OURS, member_id=uuid4())
    async with AsyncExitStack() as open_boards:
        kept = await as_many_as_may(capacity, open_boards)
        refused = await capacity.http.get(LIVE, headers=late | LISTENING)
        board = await capacity.http.get(BOARD, headers=late)
        tapped = await tap(capacity, late, pool_id, form(0, "full"))
        again = await capacity.http.get(BOARD, headers=late)

    assert len(kept) == FEW
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "15")
    assert refused.json()["type"].endswith("too-many-streams")
    assert (board.status_code, tapped.status_code) == (200, 200)
    assert "nhsuk-tag--red" not in board.text
    assert "nhsuk-tag--red" in again.text  # loaded again it says full


async def test_a_board_that_is_closed_makes_room_for_the_next(capacity: CapacityAtWork) -> None:
    await a_pool_of(capacity, OURS)
    late = of_organisations(capacity, OURS, member_id=uuid4())
    async with AsyncExitStack() as open_boards:
        kept = await as_many_as_may(capacity, open_boards)
        assert (await capacity.http.get(LIVE, headers=late | LISTENING)).status_code == 503
        assert len(kept) == FEW

    async def there_is_room() -> bool:
        async with capacity.http.stream("GET", LIVE, headers=late | LISTENING) as answer:
            return answer.status_code == 200

    assert await eventually(there_is_room)


def test_a_process_holds_two_hundred_of_them() -> None:
    assert OpenStreams().most == MOST_STREAMS == 200

"""Boards that show the same share one look a second, and each hears of every change all the same."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest

from services.capacity.entrypoints.board import board_pages
from services.capacity.settings import CapacitySettings
from services.capacity.storage import board_rows
from services.capacity.storage.board_rows import OfBoard
from shared.postgres.pool import Connection
from tests.component.capacity.at_work import CapacityAtWork
from tests.component.capacity.test_board import (
    OTHERS,
    OURS,
    a_pool_of,
    listening,
    next_event,
    of_organisations,
)

BOARDS, CHANGES = 8, 4


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Counter[OfBoard]:
    """How often the database was asked, by what is looked at."""
    asked: Counter[OfBoard] = Counter()

    async def counted(connection: Connection, whose: OfBoard) -> tuple[str, int]:
        asked[whose] += 1
        return await board_rows.find_mark(connection, whose)

    monkeypatch.setattr(board_pages, "find_mark", counted)
    return asked


@pytest.fixture
def settings(settings: CapacitySettings, looks: Counter[OfBoard]) -> CapacitySettings:
    """The service is made after this, so that its looks are counted."""
    return settings


async def test_boards_of_one_organisation_cost_one_look_a_second(
    capacity: CapacityAtWork, looks: Counter[OfBoard]
) -> None:
    pool_id = await a_pool_of(capacity, OURS)
    await a_pool_of(capacity, OTHERS)
    clock = asyncio.get_running_loop().time
    began = clock()
    async with AsyncExitStack() as boards:
        ours, theirs = [
            [
                await boards.enter_async_context(
                    listening(capacity, of_organisations(capacity, organisation, member_id=uuid4()))
                )
                for _ in range(number)
            ]
            for organisation, number in ((OURS, BOARDS), (OTHERS, 1))
        ]
        told = [{(await next_event(each))["id"] for each in ours}]
        elsewhere = await next_event(theirs[0])
        for number in range(1, CHANGES):
            assert (await capacity.say(pool_id, "open", number, seen=number - 1)).status_code == 200
            told.append({(await next_event(each))["id"] for each in ours})
        seconds = clock() - began

    assert [len(each) for each in told] == [1] * CHANGES  # all of them see the same
    assert len(set.union(*told)) == CHANGES
    assert elsewhere["id"] not in set.union(*told)
    by_reach = {whose.organisations: number for whose, number in looks.items()}
    assert by_reach.keys() == {frozenset({OURS}), frozenset({OTHERS})}
    assert CHANGES <= by_reach[frozenset({OURS})] <= seconds + 2

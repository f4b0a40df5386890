"""One look for all who watch the same: shared while it is fresh, older than nobody's coming, and nobody's to end."""

import asyncio

import pytest

from shared.web.shared_looks import SharedLooks
from tests.support.eventually import eventually

LONG_AGO = 0.0


class Board:
    """Something to look at, and how often that was done."""

    def __init__(self) -> None:
        self.shows = "nothing"
        self.looks = 0
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def look(self) -> str:
        self.looks += 1
        shown = self.shows
        await self.may_end.wait()
        return shown


async def test_all_who_watch_the_same_share_a_look_and_others_have_their_own() -> None:
    looks, ours, theirs = SharedLooks[str](), Board(), Board()

    found = await asyncio.gather(
        *(looks.at("ours", ours.look, LONG_AGO) for _ in range(200)),
        looks.at("theirs", theirs.look, LONG_AGO),
    )

    assert (ours.looks, theirs.looks, len(found)) == (1, 1, 201)
    assert len({each.again_at for each in found[:200]}) == 1  # they come back together


async def test_whoever_leaves_ends_no_look_of_others() -> None:
    looks, board = SharedLooks[str](), Board()
    board.may_end.clear()
    first = asyncio.ensure_future(looks.at("board", board.look, LONG_AGO))
    other = asyncio.ensure_future(looks.at("board", board.look, LONG_AGO))
    await eventually(lambda: board.looks == 1)

    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    board.may_end.set()

    assert (await other).found == "nothing"
    assert board.looks == 1


async def test_who_comes_later_is_shown_nothing_older_than_their_page() -> None:
    looks, board = SharedLooks[str](), Board()
    assert (await looks.at("board", board.look, LONG_AGO)).found == "nothing"

    board.shows = "full"
    now = asyncio.get_running_loop().time()
    late, as_late = await asyncio.gather(*(looks.at("board", board.look, now) for _ in range(2)))

    assert (late.found, as_late.found, board.looks) == ("full", "full", 2)


async def test_who_waited_looks_again_and_sees_what_is_new() -> None:
    looks, board = SharedLooks[str](), Board()
    first = await looks.at("board", board.look, LONG_AGO)

    board.shows = "full"
    fresh = await looks.at("board", board.look, LONG_AGO)
    await fresh.pause()
    again = await looks.at("board", board.look, LONG_AGO)

    assert (first.found, fresh.found, again.found, board.looks) == ("nothing", "nothing", "full", 2)

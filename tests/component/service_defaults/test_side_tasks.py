"""Tasks that run as long as the process does."""

import asyncio

import pytest

from shared.service_defaults.side_tasks import SideTask, SideTaskDied, run_side_tasks


class Loop:
    """A task that can finish what it has begun, and notes how it ended."""

    def __init__(self) -> None:
        self.running = asyncio.Event()
        self.asked_to_stop = asyncio.Event()
        self.ended = ""

    async def run(self) -> None:
        self.running.set()
        try:
            await self.asked_to_stop.wait()
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise
        self.ended = "finished"

    async def stop(self) -> None:
        self.asked_to_stop.set()


async def test_stop_lets_a_task_finish_and_cancels_one_that_cannot() -> None:
    graceful, plain, stopping = Loop(), Loop(), asyncio.Event()
    tasks = [SideTask("graceful", graceful.run, graceful.stop), SideTask("plain", plain.run)]
    running = asyncio.create_task(run_side_tasks(tasks, stopping))
    await graceful.running.wait()
    await plain.running.wait()

    stopping.set()
    await running

    assert (graceful.ended, plain.ended) == ("finished", "cancelled")


async def test_one_that_dies_ends_the_others_and_is_named() -> None:
    other = Loop()

    async def die() -> None:
        await other.running.wait()
        raise RuntimeError("broken")

    with pytest.raises(SideTaskDied, match="relay"):
        await run_side_tasks([SideTask("relay", die), SideTask("other", other.run)], asyncio.Event())

    assert other.ended == "cancelled"


async def test_one_that_just_returns_counts_as_dead() -> None:
    async def return_at_once() -> None:
        return None

    with pytest.raises(SideTaskDied, match="consumers"):
        await run_side_tasks([SideTask("consumers", return_at_once)], asyncio.Event())


async def test_plain_task_is_cancelled_while_another_still_finishes() -> None:
    plain, slow, stopping = Loop(), Loop(), asyncio.Event()
    plain_ended = asyncio.Event()

    async def run_plain() -> None:
        try:
            await plain.run()
        finally:
            plain_ended.set()

    async def stop_slowly() -> None:
        await plain_ended.wait()  # would wait in vain if tasks were ended one after the other
        await slow.stop()

    tasks = [SideTask("slow", slow.run, stop_slowly), SideTask("plain", run_plain)]
    running = asyncio.create_task(run_side_tasks(tasks, stopping))
    await slow.running.wait()
    await plain.running.wait()

    stopping.set()
    await running

    assert (slow.ended, plain.ended) == ("finished", "cancelled")

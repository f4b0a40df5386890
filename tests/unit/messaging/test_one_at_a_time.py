"""A step that works while its caller fetches: order kept, one at a time, nothing after a failure."""

import asyncio

from shared.messaging.one_at_a_time import OneAtATime, StepCancelled


class Step:
    """A step that ends each piece of work when the test says so."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.done: list[int] = []
        self.failures: list[Exception] = []
        self.go = asyncio.Semaphore(0)
        self.in_turn = OneAtATime(self._work, self.failures.append)

    async def _work(self, number: int) -> None:
        self.begun.append(number)
        await self.go.acquire()
        if number < 0:
            raise ValueError(number)
        self.done.append(number)


async def test_the_caller_is_free_while_the_step_works_and_waits_when_it_is_one_ahead() -> None:
    step = Step()
    assert await step.in_turn.hand_over(1)
    second = asyncio.create_task(step.in_turn.hand_over(2))
    await asyncio.sleep(0)
    assert step.begun == [1]
    assert not second.done()
    step.go.release()
    assert await second
    step.go.release()
    await step.in_turn.finish(5)
    assert step.done == [1, 2]
    assert not step.failures


async def test_after_a_failure_nothing_more_is_done() -> None:
    step = Step()
    await step.in_turn.hand_over(-1)
    next_one = asyncio.create_task(step.in_turn.hand_over(2))
    step.go.release()
    assert not await next_one
    assert step.begun == [-1]
    assert [str(each) for each in step.failures] == ["-1"]


async def test_what_takes_too_long_to_finish_is_cancelled() -> None:
    step = Step()
    await step.in_turn.hand_over(1)
    await step.in_turn.finish(0.01)
    step.go.release()
    assert not await step.in_turn.hand_over(2)
    assert step.done == []
    assert not step.failures


async def test_a_step_that_cancels_itself_has_failed() -> None:
    failures: list[Exception] = []

    async def step(_: int) -> None:
        raise asyncio.CancelledError

    in_turn = OneAtATime(step, failures.append)
    await in_turn.hand_over(1)

    assert not await in_turn.hand_over(2)
    assert [type(each) for each in failures] == [StepCancelled]

"""The demonstration is itself a test: it drives a day and holds everything against what it did."""

import asyncio
import json
import sys
from typing import Any

import pytest

from tests.scenarios.scene import Scene


@pytest.mark.timeout(400)
async def test_a_day_of_it_adds_up_and_the_checker_finds_nothing(scene: Scene) -> None:
    report = await run_demo("--referrals", "40", "--seed", "11")

    assert (report["over_allocated"], report["after_full"], report["lost"]) == (0, 0, 0)
    assert report["summary_differences"] == []
    assert report["wrong_messages"] == []
    assert report["repeated_messages"] == 0
    assert report["drained_in_order"]
    assert report["referred"] == 40
    assert (
        min(report[name] for name in ("placed", "waited", "declined", "lapsed", "started", "paired_people"))
        > 0
    )
    assert report["post_to_held_or_waiting_ms"]["n"] > 20
    assert report["ok"]


async def run_demo(*arguments: str) -> dict[str, Any]:
    """As a person runs it, in a process of its own; its environment is the one that the tests were given."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "deploy.demo", "--json", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        said, complained = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert said, complained.decode()
    report: dict[str, Any] = json.loads(said)
    return report

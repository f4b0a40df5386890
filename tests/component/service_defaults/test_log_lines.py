"""The lines that a process writes: one JSON object each, whatever is in them."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

WRITES = """
import logging, sys, structlog
from shared.service_defaults.structured_logging import start_logging
start_logging("referral")
typed = sys.stdin.read()
structlog.get_logger("ours").info("request.answered", route=typed)
logging.getLogger("theirs").warning("cannot read %s", typed)
"""


def lines_with(typed: str) -> list[dict[str, Any]]:
    """What a process of its own writes, so that the logging of the tests stays as it is."""
    run = subprocess.run(
        [sys.executable, "-c", WRITES], input=typed, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in run.stdout.removesuffix("\n").split("\n")]


@pytest.mark.asvs("V16.2.4", "V16.4.1")
@pytest.mark.parametrize(
    "typed",
    [
        'x\n{"event": "audit.sealed", "level": "info"}',
        "x\r\nlevel=error",
        'x", "event": "forged',
        "\x1b[2Jx\x00\u2028x",
    ],
)
def test_nobody_writes_a_line_into_the_log(typed: str) -> None:
    ours, theirs = lines_with(typed)

    assert (ours["event"], ours["service"], ours["level"]) == ("request.answered", "referral", "info")
    assert theirs["event"].startswith("cannot read x") or "\x1b" in theirs["event"]
    assert theirs["level"] == "warning"


@pytest.mark.asvs("V16.2.2")
def test_times_are_utc() -> None:
    [ours, _] = lines_with("x")

    assert ours["timestamp"].endswith("Z")
    age = datetime.now(UTC) - datetime.fromisoformat(ours["timestamp"])
    assert abs(age) < timedelta(minutes=1)

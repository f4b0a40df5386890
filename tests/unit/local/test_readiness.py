"""What is said of a process that is not ready."""

from __future__ import annotations

import pytest

from deploy.local.keeper import how_it_ended
from deploy.local.readiness import failed_checks


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"checks": {"database": {"ok": false}, "kafka": {"ok": true}}}', "not ready: database"),
        (b'{"checks": {}}', "answers 503"),
        (b"<html>", "answers 503"),
        (b"[]", "answers 503"),
    ],
)
def test_the_checks_that_fail_are_named(body: bytes, said: str) -> None:
    assert failed_checks(503, body) == said


def test_an_end_is_told_as_signal_or_exit_code() -> None:
    assert how_it_ended(-9) == "was ended by SIGKILL"
    assert how_it_ended(2) == "stopped with exit code 2"

"""A system that never comes to rest is judged once nothing comes any more, and not while it is only late."""

from collections.abc import Sequence

import pytest

from deploy.demo import checker
from deploy.demo.checker import check_when_still
from deploy.demo.log_records import LogRecord
from tests.unit.demo.histories import whole_journey, without


class SlowLog:
    """Gives one record more each time that it is read."""

    def __init__(self, records: Sequence[LogRecord]) -> None:
        self._records, self._read = records, 0

    async def read_on(self) -> list[LogRecord]:
        self._read += 1
        return list(self._records[: self._read])


@pytest.fixture(autouse=True)
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "LOOK_EVERY_SECONDS", 0.01)


async def test_what_is_late_is_waited_for() -> None:
    log = SlowLog(whole_journey().records)

    findings = await check_when_still(log, still_for=0.1, within_seconds=30)  # type: ignore[arg-type]

    assert findings.clean
    assert findings.events == len(whole_journey().records)


async def test_what_never_comes_is_lost() -> None:
    log = SlowLog(without(whole_journey(), "capacity.place-taken.v1"))

    findings = await check_when_still(log, still_for=0.1, within_seconds=30)  # type: ignore[arg-type]

    assert "confirmed-but-not-taken" in findings.kinds()


async def test_a_log_that_never_stands_still_is_judged_in_the_end() -> None:
    log = SlowLog(whole_journey().records * 1000)

    findings = await check_when_still(log, still_for=30, within_seconds=0.05)  # type: ignore[arg-type]

    assert findings.lost

"""Reading records: attributes from the headers, order from the log, and nothing of ours but the standard library."""

import ast
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.demo.latencies import latencies
from deploy.demo.log_records import UnreadableRecord, each_once, read_record
from tests.unit.demo.histories import History

HEADERS = [
    ("ce_id", b"e1"),
    ("ce_type", b"referral.received.v1"),
    ("ce_time", b"2026-11-02T09:00:00.000001Z"),
]
CHECKER = ("checker", "log_reader", "log_records", "place_rules", "loss_rules", "latencies")
FOLDER = Path(__file__).parents[3] / "deploy" / "demo"


def test_a_record_is_read_from_its_headers_and_body() -> None:
    record = read_record("t", 3, 7, [*HEADERS, ("ce_causationid", b"e0")], b'{"referral_id": "x"}')

    assert record is not None
    assert (record.id, record.type, record.caused_by) == ("e1", "referral.received.v1", "e0")
    assert record.time == datetime(2026, 11, 2, 9, 0, 0, 1, tzinfo=UTC)
    assert record["referral_id"] == "x"
    assert record["not-there"] is None


def test_a_tombstone_says_nothing() -> None:
    assert read_record("t", 0, 0, HEADERS, None) is None


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        (HEADERS[1:], b"{}"),
        (HEADERS, b"not json"),
        ([*HEADERS[:2], ("ce_time", b"2026-11-02T09:00:00")], b"{}"),
    ],
)
def test_what_is_not_an_event_is_named_by_its_place(headers: list[tuple[str, bytes]], value: bytes) -> None:
    with pytest.raises(UnreadableRecord, match="t 0/5"):
        read_record("t", 0, 5, headers, value)


def test_records_come_in_the_order_of_the_log_and_once() -> None:
    log = History()
    first, second = log.signal("pool", 1, "open", 1), log.signal("pool", 2, "full", 0)

    assert each_once([second, first, second]) == [first, second]


def test_the_wait_of_a_leg_ends_with_its_first_answer() -> None:
    log = History()
    log.received("loneliness", "housing")
    log.say("referral.wait-listed.v1", after=0.25, referral_id="referral-1", leg_id="leg-1")
    log.held("pool", "r1", 1)
    log.held("pool", "r2", 1)

    found = latencies(log.records)

    assert sorted(found.milliseconds) == [250.0, 2250.0]
    assert found.as_json() == {"n": 2, "p50": 250.0, "p99": 2250.0, "max": 2250.0}
    assert latencies(log.records, {"another"}).as_json() == {"n": 0, "p50": None, "p99": None, "max": None}


@pytest.mark.parametrize("module", CHECKER)
def test_the_checker_shares_no_code_with_what_it_checks(module: str) -> None:
    tree = ast.parse((FOLDER / f"{module}.py").read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    allowed = {f"deploy.demo.{name}" for name in CHECKER} | {"deploy.demo"}
    foreign = {
        name for name in names - allowed if name.split(".")[0] not in {*sys.stdlib_module_names, "aiokafka"}
    }

    assert not foreign

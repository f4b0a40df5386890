"""Ports and folders of a system on one machine."""

from __future__ import annotations

import pytest

from deploy.local.errors import StartFailed
from deploy.local.layout import SERVICE_OFFSETS, Layout, layout_of_benches, layout_of_tests, layout_of_up


def all_ports(layout: Layout) -> list[int]:
    ports = layout.ports
    services = [number for name in SERVICE_OFFSETS for number in (ports.service(name), ports.worker(name))]
    others = [ports.kafka, ports.kafka_controller, ports.postgres, ports.mailbox_http, ports.mailbox_smtp]
    return [ports.edge, ports.spans, ports.checker, *others, *services]


@pytest.mark.parametrize(
    "layout", [layout_of_up({}), layout_of_tests({}), layout_of_benches({})], ids=["up", "tests", "benches"]
)
def test_no_port_is_used_twice(layout: Layout) -> None:
    assert len(all_ports(layout)) == len(set(all_ports(layout)))


@pytest.mark.parametrize("layout", [layout_of_tests({}), layout_of_benches({})], ids=["tests", "benches"])
def test_the_tests_system_meets_a_running_one_nowhere(layout: Layout) -> None:
    up = layout_of_up({})

    assert not set(all_ports(up)) & set(all_ports(layout))
    assert layout.state != up.state
    assert up.data not in layout.data.parents


def test_ports_follow_the_settings() -> None:
    layout = layout_of_up({"KITH_PORT": "9000", "KITH_BASE_PORT": "20000"})

    assert layout.ports.edge == 9000
    assert layout.ports.kafka == 20092
    assert layout.ports.service("referral") == 20103


def test_the_tests_and_benches_of_two_checkouts_can_be_given_ports_that_never_meet() -> None:
    tests = layout_of_tests({"KITH_TEST_PORT": "29080", "KITH_TEST_BASE_PORT": "29000"})
    benches = layout_of_benches({"KITH_BENCH_PORT": "32080", "KITH_BENCH_BASE_PORT": "32000"})

    assert not set(all_ports(tests)) & set(all_ports(layout_of_tests({})))
    assert not set(all_ports(benches)) & set(all_ports(layout_of_benches({})))


@pytest.mark.parametrize("value", ["80", "65536", "8o80", "-1", "8080.5"])
def test_a_port_that_cannot_be_used_is_told_by_name(value: str) -> None:
    with pytest.raises(StartFailed, match="KITH_PORT"):
        layout_of_up({"KITH_PORT": value})


def test_the_base_port_leaves_room_for_the_highest_one() -> None:
    with pytest.raises(StartFailed, match="KITH_BASE_PORT"):
        layout_of_up({"KITH_BASE_PORT": "65400"})

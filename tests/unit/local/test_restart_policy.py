"""When a crashed process is started again."""

from __future__ import annotations

from deploy.local.restart_policy import RestartPolicy

POLICY = RestartPolicy()


def test_the_first_crash_waits_least_and_the_next_longer() -> None:
    first = POLICY.delay_after([100.0], 100.0)
    second = POLICY.delay_after([100.0, 110.0], 110.0)

    assert first == 0.5
    assert second == 2.0


def test_three_crashes_within_a_minute_are_too_many() -> None:
    assert POLICY.delay_after([100.0, 120.0, 159.0], 159.0) is None


def test_crashes_long_ago_are_forgiven() -> None:
    assert POLICY.delay_after([100.0, 120.0, 161.0], 161.0) == 2.0
    assert POLICY.delay_after([1.0, 2.0, 3.0, 500.0], 500.0) == 0.5


def test_the_delay_has_a_limit() -> None:
    patient = RestartPolicy(crashes_to_give_up=100)

    assert patient.delay_after([float(moment) for moment in range(50)], 49.0) == 8.0

"""What happened once to a leg stays in the figures, whatever comes after."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from services.outcomes.domain.follow_up import FollowUpPlan, after_support, before_support
from services.outcomes.domain.leg_record import LegRecord, LegState

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def new_leg() -> LegRecord:
    return LegRecord(uuid4(), uuid4(), uuid4(), "E09000009", "loneliness")


def test_a_wait_stays_on_record_when_it_is_over() -> None:
    leg = new_leg().wait_listed(NOW).offered()

    assert leg.waited_at == NOW
    assert leg.state is LegState.OFFERED


def test_a_second_wait_does_not_count_twice() -> None:
    leg = new_leg().wait_listed(NOW).offered().declined().wait_listed(NOW + timedelta(days=1))

    assert leg.waited_at == NOW
    assert leg.state is LegState.WAITING


def test_a_lapse_is_not_a_decline() -> None:
    leg = new_leg().offered().declined().offered().lapsed().offered().lapsed()

    assert (leg.declines, leg.lapses) == (1, 2)
    assert leg.state is LegState.MATCHING


def test_a_place_stays_on_record_after_the_support_is_over() -> None:
    leg = new_leg().offered().accepted(NOW, uuid4(), uuid4()).started(NOW).completed(NOW)

    assert leg.accepted_at == leg.started_at == leg.completed_at == NOW


def test_follow_ups_have_the_same_ids_in_a_rebuild() -> None:
    plan = FollowUpPlan(after=timedelta(days=84), lapses_after=timedelta(days=28))
    leg_id = uuid4()

    assert before_support(leg_id, NOW) == before_support(leg_id, NOW)
    assert before_support(leg_id, NOW).follow_up_id != after_support(leg_id, NOW, plan).follow_up_id
    assert after_support(leg_id, NOW, plan).due_at == NOW + timedelta(days=84)

"""Rows of what became of each leg: its steps, the pools it tried and the router's decisions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.referral.domain.answer_clock import SILENCE_RESTS
from services.referral.domain.leg import Leg, Step
from services.referral.domain.offer_story import PastStep
from services.referral.domain.router import Candidate, Decision
from services.referral.storage.decision_fits import fits_of
from services.referral.storage.json_rows import as_json_rows
from services.referral.storage.legs import wants_as_json
from shared.postgres.pool import Connection

ADD_STEPS = """
INSERT INTO leg_history (leg_id, area, from_state, to_state, reason, request_id, service_id, happened_at,
                         due_at)
SELECT leg_id, area, from_state, to_state, reason, request_id, service_id, happened_at, due_at
FROM ROWS FROM (jsonb_to_recordset($1::text::jsonb) AS (
    leg_id uuid, area text, from_state text, to_state text, reason text, request_id uuid, service_id uuid,
    happened_at timestamptz, due_at timestamptz)) WITH ORDINALITY AS new
ORDER BY ordinality
"""
# Who may be asked again was told so by a word that stands now; only a later one counts. Silence twice in a row is a machine that
# speaks and nobody who answers: its words count again after a pause. What is for good stays so.
ADD_TRIED = """
INSERT INTO tried_pools AS known (leg_id, pool_id, area, outcome, tried_at, said_at)
SELECT new.leg_id, new.pool_id, new.area, new.outcome, new.tried_at,
    CASE WHEN new.until_said THEN coalesce(g.confirmed_at, new.tried_at) END
FROM jsonb_to_recordset($1::text::jsonb) AS new (
    leg_id uuid, pool_id uuid, area text, outcome text, tried_at timestamptz, until_said boolean)
LEFT JOIN copied_signals g USING (pool_id)
ON CONFLICT (leg_id, pool_id) DO UPDATE SET
    outcome = EXCLUDED.outcome, tried_at = EXCLUDED.tried_at,
    said_at = CASE WHEN EXCLUDED.said_at IS NOT NULL AND known.outcome = 'lapsed' AND EXCLUDED.outcome = 'lapsed'
                   THEN EXCLUDED.tried_at + $2::interval ELSE EXCLUDED.said_at END
WHERE known.said_at IS NOT NULL
"""
ADD_DECISIONS = """
INSERT INTO routing_decisions (leg_id, area, outcome, decision, decided_at)
SELECT leg_id, area, outcome, decision, decided_at
FROM jsonb_to_recordset($1::text::jsonb) AS new (
    leg_id uuid, area text, outcome text, decision jsonb, decided_at timestamptz)
"""
LIST_STEPS = """
SELECT h.leg_id, h.from_state, h.to_state, h.reason, h.happened_at
FROM leg_history h JOIN legs l USING (leg_id) WHERE l.referral_id = $1 ORDER BY h.id
"""
LIST_STEPS_OF_REQUEST = """
SELECT leg_id, from_state, to_state, reason, happened_at FROM leg_history WHERE request_id = $1 ORDER BY id
"""


async def add_steps(connection: Connection, steps: Iterable[Step], now: datetime) -> None:
    rows = [_step_row(step, now) for step in steps]
    await connection.execute(ADD_STEPS, as_json_rows(rows))


async def add_tried_pools(connection: Connection, steps: Iterable[Step], now: datetime) -> None:
    rows = [
        {
            "leg_id": step.leg.leg_id,
            "pool_id": pool_id,
            "area": step.leg.wants.area,
            "outcome": step.tried.outcome,
            "tried_at": now,
            "until_said": step.tried.until_said,
        }
        for step in steps
        if step.tried
        for pool_id in (step.tried.placement.pool_id, *sorted(step.tried.pools_beside))
    ]
    if rows:
        await connection.execute(ADD_TRIED, as_json_rows(rows), SILENCE_RESTS)


async def add_decisions(
    connection: Connection, decisions: Iterable[tuple[Leg, Decision]], now: datetime
) -> None:
    rows = [
        {
            "leg_id": leg.leg_id,
            "area": leg.wants.area,
            "outcome": decision.outcome,
            "decision": _decision_as_json(leg, decision),
            "decided_at": now,
        }
        for leg, decision in decisions
    ]
    if rows:
        await connection.execute(ADD_DECISIONS, as_json_rows(rows))


async def list_steps(connection: Connection, referral_id: UUID) -> list[PastStep]:
    return [PastStep(**dict(row)) for row in await connection.fetch(LIST_STEPS, referral_id)]


async def list_steps_of_request(connection: Connection, request_id: UUID) -> list[PastStep]:
    rows = await connection.fetch(LIST_STEPS_OF_REQUEST, request_id)
    return [PastStep(**dict(row)) for row in rows]


def _step_row(step: Step, now: datetime) -> dict[str, Any]:
    return {
        "leg_id": step.leg.leg_id,
        "area": step.leg.wants.area,
        "from_state": step.came_from,
        "to_state": step.leg.state,
        "reason": step.reason,
        "request_id": step.placement.request_id if step.placement else None,
        "service_id": step.placement.service_id if step.placement else None,
        "happened_at": now,
        "due_at": step.leg.due_at,
    }


def _decision_as_json(leg: Leg, decision: Decision) -> dict[str, Any]:
    return {
        "policy": decision.policy,
        "wants": wants_as_json(leg.wants),
        "tried": sorted(leg.tried),
        "not_wanted": sorted(leg.wants.not_wanted),
        "chosen": decision.chosen.pool_id if decision.chosen else None,
        "unmet_reason": decision.unmet_reason,
        "unmet_barrier": decision.unmet_barrier,
        "asked_first": [each.pool_id for each in decision.asked_first],
        "fits": fits_of(leg, decision),
        "candidates": [_candidate_as_json(each) for each in decision.candidates],
        "exclusions": [{"pool_id": each.pool_id, "barriers": each.barriers} for each in decision.exclusions],
    }


def _candidate_as_json(candidate: Candidate) -> dict[str, Any]:
    pool, points = candidate.pool, candidate.points
    return {
        "pool_id": pool.pool_id,
        "service_version": pool.service_version,
        "points": {
            "fit": points.fit,
            "language": points.language,
            "distance": points.distance,
            "fairness": points.fairness,
            "wait": points.wait,
        },
        "status": pool.signal.status,
        "free": pool.signal.free,
        "signal_version": pool.signal.version,
        "kept_for_earlier": candidate.kept_for_earlier,
        "is_specialist": candidate.is_specialist,
        "asked_before": candidate.asked_before,
        "kilometres": points.kilometres,
    }

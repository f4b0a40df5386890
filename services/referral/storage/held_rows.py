"""SQL that reads what referral itself holds on a person, beside who they are."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from shared.postgres.pool import Connection

REFERRALS = """
SELECT r.reference AS "reference", r.door AS "door", r.received_at::text AS "received",
    r.consent_at::text AS "you agreed to sharing", r.risks AS "risks that were named",
    f.name AS "referred by", f.practice_code AS "practice",
    (SELECT links_valid_from::text FROM link_subjects WHERE subject = r.referral_id) AS "older links stopped"
FROM referrals r LEFT JOIN referrers f USING (referrer_id) WHERE r.person_id = $1 ORDER BY r.received_at
"""
NEEDS = """
SELECT l.wants, l.state AS "state", l.received_at::text AS "received", l.waiting_since::text AS "waiting since",
    s.name AS "group", l.offered_at::text AS "group asked", l.answer_by::text AS "group answers by",
    l.reason AS "why", l.changed_at::text AS "last changed", l.asked_again AS "times we asked for the place again",
    l.owner AS "who acts next", l.next_step AS "what is next", l.due_at::text AS "due", l.review_at::text AS "we look at your wait",
    l.left_to_us AS "you left the choice to us",
    (SELECT p.name FROM legs m JOIN copied_services p USING (service_id)
        WHERE m.leg_id = l.beside_leg_id AND m.request_id = l.beside_request_id) AS "so that you can go to",
    (SELECT m.need FROM legs m WHERE m.leg_id = l.meanwhile_of) AS "taken up while you wait for"
FROM legs l LEFT JOIN copied_services s USING (service_id) WHERE l.person_id = $1 ORDER BY l.leg_id
"""
STEPS = """
SELECT l.need AS "need", h.happened_at::text AS "when", h.from_state AS "from", h.to_state AS "to",
    h.reason AS "why", s.name AS "group", h.due_at::text AS "next due"
FROM leg_history h JOIN legs l USING (leg_id) LEFT JOIN copied_services s ON s.service_id = h.service_id
WHERE l.person_id = $1 ORDER BY h.id
"""
SHARED_WITH = """
SELECT coalesce(s.name, '') AS "group", l.need AS "need", h.happened_at::text AS "when"
FROM leg_history h JOIN legs l USING (leg_id) LEFT JOIN copied_services s ON s.service_id = h.service_id
WHERE l.person_id = $1 AND h.to_state = 'offered' ORDER BY h.id
"""
DECISIONS = """
SELECT l.need AS "need", d.decided_at::text AS "when", d.outcome AS "outcome", d.decision->>'unmet_reason' AS "why none", d.decision->>'unmet_barrier' AS "what stood in the way most",
    d.decision->>'policy' AS "rules", jsonb_array_length(d.decision->'candidates') AS "groups that would suit",
    (SELECT s.name FROM copied_services s WHERE s.pool_ids @> ARRAY[(d.decision->>'chosen')::uuid] LIMIT 1)
        AS "group chosen",
    (SELECT string_agg(barrier || ': ' || times, ', ' ORDER BY barrier) FROM (
        SELECT barrier, count(*) AS times
        FROM jsonb_array_elements(d.decision->'exclusions') AS out, jsonb_array_elements_text(out->'barriers') AS barrier
        GROUP BY barrier) AS counted) AS "groups that would not, by reason"
FROM routing_decisions d JOIN legs l USING (leg_id) WHERE l.person_id = $1 ORDER BY d.id
"""
TRIED = """
SELECT l.need AS "need", s.name AS "group", t.outcome AS "outcome", t.tried_at::text AS "when",
    t.said_at::text AS "asked again when the group says its space after"
FROM tried_pools t JOIN legs l USING (leg_id) LEFT JOIN copied_services s ON s.pool_ids @> ARRAY[t.pool_id]
WHERE l.person_id = $1 ORDER BY t.tried_at
"""
NOT_WANTED = """
SELECT s.name AS "group", u.said_by AS "said by", u.said_at::text AS "when"
FROM unwanted_services u LEFT JOIN copied_services s USING (service_id) WHERE u.person_id = $1 ORDER BY u.said_at
"""
WAITS = """
SELECT p.need AS "need", p.joined_at::text AS "on the list since", p.left_at::text AS "until",
    p.overtaken AS "times somebody who came later got a place first",
    p.away_at::text AS "a group is asked about you since", p.overtaken_away AS "times it happened while a group was asked",
    p.asked_at::text AS "we asked if you still want it",
    p.asked_times AS "times we asked", p.wanted_at::text AS "you said yes",
    p.review_since::text AS "somebody looks into it since",
    (SELECT string_agg(coalesce(s.name, '') || ' (' || d.declined_at::date || ')', ', ' ORDER BY d.declined_at)
        FROM declined_meanwhile d LEFT JOIN copied_services s USING (service_id) WHERE d.leg_id = p.leg_id)
        AS "groups that you did not want meanwhile"
FROM places_in_line p JOIN legs l USING (leg_id) WHERE l.person_id = $1 ORDER BY p.joined_at
"""
FOLLOW_UPS = """
SELECT l.need AS "need", f.occasion AS "occasion", f.settled_by AS "ended by", f.settled_at::text AS "over since"
FROM settled_follow_ups f JOIN legs l USING (leg_id) WHERE l.person_id = $1 ORDER BY f.settled_at
"""
EVENTS = """
SELECT c.given_by AS "you said we may invite you, told by", c.given_at::text AS "since",
    c.taken_back_at::text AS "you took it back", NULL AS "event", NULL AS "day", NULL AS "because you asked about",
    NULL AS "invited", NULL AS "you said", NULL AS "you said so"
FROM event_consents c WHERE c.person_id = $1
UNION ALL SELECT NULL, NULL, NULL, coalesce(s.name, ''), i.starts_on::text, n.need, i.invited_at::text, i.answer,
    i.answered_at::text
FROM invited_people i JOIN invitations n USING (invitation_id) LEFT JOIN copied_services s USING (service_id)
WHERE i.person_id = $1
"""

Records = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, repr=False)
class HeldRows:
    referrals: Records
    needs: Records
    steps: Records
    shared_with: Records
    decisions: Records
    tried: Records
    not_wanted: Records
    waits: Records
    follow_ups: Records
    events: Records


async def read_held_rows(connection: Connection, person_id: UUID) -> HeldRows:
    async def read(statement: str) -> Records:
        return tuple(dict(row) for row in await connection.fetch(statement, person_id))

    return HeldRows(
        referrals=await read(REFERRALS),
        needs=tuple(_with_wants(row) for row in await read(NEEDS)),
        steps=await read(STEPS),
        shared_with=await read(SHARED_WITH),
        decisions=await read(DECISIONS),
        tried=await read(TRIED),
        not_wanted=await read(NOT_WANTED),
        waits=await read(WAITS),
        follow_ups=await read(FOLLOW_UPS),
        events=await read(EVENTS),
    )


def _with_wants(row: dict[str, Any]) -> dict[str, Any]:
    """Each want by its own name, so that one that is new is shown, too."""
    wants = orjson.loads(row.pop("wants"))
    return {
        name.replace("_", " "): ", ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in wants.items()
    } | row

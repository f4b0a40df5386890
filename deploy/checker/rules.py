"""What no row may look like: each kind of fault by its name, as plain SQL over the data itself.

Nothing here asks how referral or capacity decide, and nothing of theirs is imported. Each statement gives `id`, `area`
and `since`; $1 is the moment of the look.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LIVE = "l.state NOT IN ('completed', 'withdrawn', 'unmet')"
LEG = "l.leg_id AS id, l.area, l.changed_at AS since"
LAST_STEP = """CROSS JOIN LATERAL (
    SELECT h.to_state, h.due_at, h.reason FROM leg_history h WHERE h.leg_id = l.leg_id ORDER BY h.id DESC LIMIT 1) AS last"""
SHORTLY = "interval '5 minutes'"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of fault in one database."""

    means: str
    sql: str


OF_REFERRAL: Mapping[str, Rule] = {
    "no-owner": Rule(
        "nobody has to act next on a need that is not over",
        f"SELECT {LEG} FROM legs l WHERE {LIVE} AND owner IS NULL",
    ),
    "no-next-step": Rule(
        "nothing has to be done next on a need that is not over",
        f"SELECT {LEG} FROM legs l WHERE {LIVE} AND next_step IS NULL",
    ),
    "no-due-time": Rule(
        "nothing is ever due on a need that is not over",
        f"SELECT {LEG} FROM legs l WHERE {LIVE} AND due_at IS NULL",
    ),
    "overdue-and-not-raised": Rule(
        "what had to be done passed its due time more than five minutes ago, and nobody was told",
        f"""SELECT l.leg_id AS id, l.area, l.due_at AS since FROM legs l
        WHERE {LIVE} AND l.due_at < $1::timestamptz - {SHORTLY} AND NOT EXISTS (
            SELECT FROM escalations e WHERE e.leg_id = l.leg_id AND e.closed_at IS NULL)""",
    ),
    "not-raised-again": Rule(
        "nobody acted for a day on what was overdue, and it was not raised again",
        f"""SELECT e.leg_id AS id, e.area, e.raised_at AS since FROM escalations e
        WHERE e.closed_at IS NULL AND e.raised_at < $1::timestamptz - interval '1 day' - {SHORTLY}""",
    ),
    "unmet-and-not-told": Rule(
        "nothing was found for somebody whom nobody referred, and no coordinator was told",
        f"""SELECT {LEG} FROM legs l JOIN referrals r USING (referral_id)
        WHERE l.state = 'unmet' AND r.referrer_id IS NULL
            AND l.changed_at BETWEEN $1::timestamptz - interval '29 days' AND $1::timestamptz - {SHORTLY}
            AND NOT EXISTS (SELECT FROM escalations e WHERE e.leg_id = l.leg_id AND e.opened_at >= (
                SELECT min(h.happened_at) FROM leg_history h WHERE h.leg_id = l.leg_id AND h.to_state = 'unmet'))""",
    ),
    "unmet-without-reason": Rule(
        "nothing was found, and no reason is kept",
        f"SELECT {LEG} FROM legs l WHERE l.state = 'unmet' AND l.reason IS NULL AND $1::timestamptz IS NOT NULL",
    ),
    "due-time-moved-unrecorded": Rule(
        "a due time is not the one of the last recorded act, or that act has no reason",
        f"""SELECT {LEG} FROM legs l {LAST_STEP}
        WHERE {LIVE} AND (l.due_at IS DISTINCT FROM last.due_at OR last.reason IS NULL)""",
    ),
    "history-disagrees": Rule(
        "a need stands where its history does not say",
        f"""SELECT {LEG} FROM legs l LEFT JOIN LATERAL (
            SELECT h.to_state FROM leg_history h WHERE h.leg_id = l.leg_id ORDER BY h.id DESC LIMIT 1) AS last ON true
        WHERE l.state IS DISTINCT FROM last.to_state AND $1::timestamptz IS NOT NULL""",
    ),
    "referral-disagrees": Rule(
        "a need has no referral, or one of another area",
        f"""SELECT {LEG} FROM legs l LEFT JOIN referrals r USING (referral_id)
        WHERE l.area IS DISTINCT FROM r.area AND $1::timestamptz IS NOT NULL""",
    ),
    "referral-without-needs": Rule(
        "a referral has no need at all",
        """SELECT r.referral_id AS id, r.area, r.received_at AS since FROM referrals r
        WHERE NOT EXISTS (SELECT FROM legs l WHERE l.referral_id = r.referral_id) AND $1::timestamptz IS NOT NULL""",
    ),
    "left-in-matching": Rule(
        "nobody looks for a place",
        f"SELECT {LEG} FROM legs l WHERE l.state = 'matching' AND l.changed_at < $1::timestamptz - {SHORTLY}",
    ),
    "capacity-silent": Rule(
        "capacity has not answered for a quarter of an hour, however often it was asked",
        """SELECT l.leg_id AS id, l.area, first.at AS since FROM legs l CROSS JOIN LATERAL (
            SELECT max(h.happened_at) AS at FROM leg_history h
            WHERE h.leg_id = l.leg_id AND h.to_state = l.state AND h.from_state IS DISTINCT FROM h.to_state) AS first
        WHERE l.state IN ('requested', 'accepting') AND first.at < $1::timestamptz - interval '15 minutes'""",
    ),
    "offer-past-its-time": Rule(
        "an offer is open although its time is over",
        f"SELECT {LEG} FROM legs l WHERE l.state = 'offered' AND l.answer_by < $1::timestamptz - {SHORTLY}",
    ),
    "events-not-said": Rule(
        "an event was decided and has not gone out",
        f"""SELECT o.seq::text AS id, NULL AS area, o.created_at AS since FROM outbox_events o
        WHERE o.created_at < $1::timestamptz - {SHORTLY} ORDER BY o.seq LIMIT 100""",
    ),
}

OF_CAPACITY: Mapping[str, Rule] = {
    "places-do-not-add-up": Rule(
        "a pool counts other places held or taken than there are",
        """SELECT p.pool_id AS id, NULL AS area, $1::timestamptz AS since FROM pools p
        LEFT JOIN (SELECT h.pool_id, count(*) FILTER (WHERE h.state = 'held') AS held,
            count(*) FILTER (WHERE h.state = 'taken') AS taken
            FROM place_holds h WHERE h.state IN ('held', 'taken') GROUP BY h.pool_id) AS there USING (pool_id)
        WHERE (p.held, p.taken) IS DISTINCT FROM (coalesce(there.held, 0)::int, coalesce(there.taken, 0)::int)""",
    ),
}

# Between the databases: words are on their way for a moment, so only what has stood for two minutes counts.
UNWANTED, GONE, BESIDE_SPACE = "place-nobody-wants", "place-gone", "waits-beside-space"
BETWEEN: Mapping[str, str] = {
    UNWANTED: "a place is held or taken for a need that does not have it",
    GONE: "a need has a place, or is offered one, which capacity does not hold for it",
    BESIDE_SPACE: "somebody waits although a pool that suits them has had space for five minutes",
}
SETTLED = "$1::timestamptz - interval '2 minutes'"
PLACES = f"""
SELECT h.request_id AS id, h.leg_id, h.area, h.changed_at AS since FROM place_holds h
WHERE h.state IN ('held', 'taken') AND h.changed_at < {SETTLED}
"""
# Of these places, those that their leg has not wanted for as long.
WANTED_BY_NOBODY = f"""
SELECT place.id FROM unnest($2::uuid[], $3::uuid[]) AS place (id, leg_id)
WHERE NOT EXISTS (
    SELECT FROM legs l WHERE l.leg_id = place.leg_id
        AND (l.changed_at >= {SETTLED} OR (l.request_id = place.id
            AND l.state IN ('requested', 'offered', 'accepting', 'accepted', 'started'))))
"""
LEGS_WITH_A_PLACE = f"""
SELECT l.request_id AS id, l.area, l.changed_at AS since FROM legs l
WHERE l.state IN ('offered', 'accepting', 'accepted', 'started') AND l.changed_at < {SETTLED}
"""
# Of these requests, those for which nothing has been held for as long.
NOT_HELD = f"""
SELECT request.id FROM unnest($2::uuid[]) AS request (id)
WHERE NOT EXISTS (
    SELECT FROM place_holds h WHERE h.request_id = request.id
        AND (h.state IN ('held', 'taken') OR h.changed_at >= {SETTLED}))
"""

# Nothing was given, given back or said there for as long. `free` null: without a limit.
SPACE_THAT_STAYS = f"""
SELECT p.pool_id AS id, CASE WHEN p.unlimited THEN NULL ELSE p.free END AS free FROM pools p
WHERE p.status IN ('open', 'limited') AND NOT p.withdrawn AND (p.unlimited OR p.free > 0)
    AND p.confirmed_at < $1::timestamptz - {SHORTLY} AND p.expires_at > $1 AND NOT EXISTS (
        SELECT FROM ledger_history h WHERE h.pool_id = p.pool_id AND h.recorded_at >= $1::timestamptz - {SHORTLY})
"""
# Of these pools, who was found to suit one and waits, where less is asked for than there is.
SUITED_AND_WAITING = f"""
SELECT l.leg_id AS id, l.area, min(l.decided_at) AS since
FROM unnest($2::uuid[], $3::int[]) AS space (pool_id, free) JOIN suited_in_line l USING (pool_id)
WHERE l.decided_at < $1::timestamptz - {SHORTLY} AND (space.free IS NULL OR space.free > (
    SELECT count(*) FROM legs asking WHERE asking.state = 'requested' AND asking.pool_id = space.pool_id))
GROUP BY l.leg_id, l.area
"""

MEANINGS: Mapping[str, str] = {
    **{name: rule.means for name, rule in (*OF_REFERRAL.items(), *OF_CAPACITY.items())},
    **BETWEEN,
}

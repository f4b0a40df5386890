-- What was not done by its due time, and who sees to it now: open until a step or a recorded act ends it.
CREATE TABLE escalations (
    escalation_id uuid CONSTRAINT escalations_pk PRIMARY KEY DEFAULT gen_random_uuid(),
    leg_id uuid NOT NULL,
    area text NOT NULL,
    owed_by text NOT NULL, -- who had to act
    next_step text NOT NULL, -- what they had to do
    overdue_since timestamptz NOT NULL,
    owner_area text NOT NULL, -- whose coordinators act now: of the leg's area, then of the board above it
    opened_at timestamptz NOT NULL,
    raised_at timestamptz NOT NULL, -- last
    times_raised integer NOT NULL DEFAULT 1,
    closed_at timestamptz,
    closed_by text CONSTRAINT escalations_closed_by_ck CHECK (closed_by IN ('step', 'act')),
    reason text,
    CONSTRAINT escalations_closed_ck CHECK (num_nulls(closed_at, closed_by, reason) IN (0, 3))
);
-- One at a time of a leg.
CREATE UNIQUE INDEX escalations_open_uq ON escalations (leg_id) WHERE closed_at IS NULL;
-- All of a leg.
CREATE INDEX escalations_leg_id_idx ON escalations (leg_id);
-- For whom nothing was found and nobody referred them: a person of their area looks at each.
CREATE INDEX legs_unmet_idx ON legs (changed_at) WHERE state = 'unmet';

ALTER TABLE escalations ENABLE ROW LEVEL SECURITY;
ALTER TABLE escalations FORCE ROW LEVEL SECURITY;
CREATE POLICY escalations_by_area ON escalations USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY escalations_not_for_organisations ON escalations AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY escalations_for_rounds ON escalations TO referral_rounds USING (true);
GRANT SELECT, INSERT, UPDATE ON escalations TO referral_rounds;

-- The checker looks at how legs stand, from outside of this service: ids, codes and moments of the columns named here,
-- and nobody's person, wish or answer.
GRANT USAGE ON SCHEMA public TO kith_checker;
GRANT SELECT (leg_id, referral_id, area, need, state, request_id, pool_id, waiting_since, answer_by, reason, version,
    changed_at, asked_again, owner, next_step, due_at) ON legs TO kith_checker;
GRANT SELECT (referral_id, area, received_at, referrer_id) ON referrals TO kith_checker;
GRANT SELECT ON leg_history, escalations TO kith_checker;
GRANT SELECT (seq, created_at) ON outbox_events TO kith_checker;
CREATE POLICY legs_for_checker ON legs FOR SELECT TO kith_checker USING (true);
CREATE POLICY referrals_for_checker ON referrals FOR SELECT TO kith_checker USING (true);
CREATE POLICY leg_history_for_checker ON leg_history FOR SELECT TO kith_checker USING (true);
CREATE POLICY escalations_for_checker ON escalations FOR SELECT TO kith_checker USING (true);

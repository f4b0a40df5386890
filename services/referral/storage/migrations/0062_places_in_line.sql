-- What the line knows of a leg beside the leg itself. The row stays when the wait is over: it tells how long it was.
-- Only whoever holds the line's lock counts who was passed, so that two turns of the line never count past the bound.
CREATE TABLE places_in_line (
    leg_id uuid CONSTRAINT places_in_line_pk PRIMARY KEY,
    area text NOT NULL,
    need text NOT NULL,
    joined_at timestamptz NOT NULL,
    left_at timestamptz, -- when a place was held for them; null while they wait, or if they stopped
    overtaken integer NOT NULL DEFAULT 0 CONSTRAINT places_in_line_overtaken_ck CHECK (overtaken >= 0),
    asked_at timestamptz, -- whether they still want it: the last question that was not answered
    asked_times smallint NOT NULL DEFAULT 0,
    wanted_at timestamptz, -- their last yes
    review_since timestamptz -- nobody answered: somebody is to look into it
);
-- Whose silence somebody is to look into.
CREATE INDEX places_in_line_review_since_idx ON places_in_line (review_since) WHERE review_since IS NOT NULL;
-- How long a wait for this usually is.
CREATE INDEX places_in_line_left_at_idx ON places_in_line (need, area, left_at) WHERE left_at IS NOT NULL;
INSERT INTO places_in_line (leg_id, area, need, joined_at)
SELECT leg_id, area, need, coalesce(waiting_since, received_at) FROM legs WHERE state = 'waiting';

ALTER TABLE places_in_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE places_in_line FORCE ROW LEVEL SECURITY;
CREATE POLICY places_in_line_by_area ON places_in_line USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY places_in_line_for_rounds ON places_in_line TO referral_rounds USING (true);
CREATE POLICY places_in_line_not_for_organisations ON places_in_line AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
GRANT SELECT, INSERT, UPDATE ON places_in_line TO referral_rounds;

-- What each borough has to its credit at a pool that serves several: of places alone, of nobody.
CREATE TABLE borough_balances (
    pool_id uuid CONSTRAINT borough_balances_pk PRIMARY KEY,
    balances jsonb NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON borough_balances TO referral_rounds;

CREATE POLICY places_in_line_in_line ON places_in_line FOR SELECT TO CURRENT_USER USING (true);
CREATE OR REPLACE VIEW waiting_line AS
SELECT l.leg_id, l.need, l.wants, l.received_at, l.state,
    ARRAY(SELECT t.pool_id FROM tried_pools t WHERE t.leg_id = l.leg_id) AS tried,
    l.area,
    coalesce((SELECT p.overtaken FROM places_in_line p WHERE p.leg_id = l.leg_id), 0) AS overtaken
FROM legs l WHERE l.state = 'waiting';

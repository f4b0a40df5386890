-- Rows about people and cases are seen and written by area, whatever a statement asks for: a transaction says the
-- areas that it is about. Where it says none there are no rows. FORCE holds the owner of the tables to it as well.
CREATE FUNCTION current_areas() RETURNS text[] LANGUAGE sql STABLE
    RETURN nullif(current_setting('kith.areas', true), '')::text[];
-- Null where the caller belongs to no organisation in particular.
CREATE FUNCTION current_organisations() RETURNS uuid[] LANGUAGE sql STABLE
    RETURN nullif(current_setting('kith.organisations', true), '')::uuid[];

ALTER TABLE people ENABLE ROW LEVEL SECURITY;
ALTER TABLE people FORCE ROW LEVEL SECURITY;
CREATE POLICY people_by_area ON people USING (area = ANY ((SELECT current_areas())::text[]));

ALTER TABLE referrals ENABLE ROW LEVEL SECURITY;
ALTER TABLE referrals FORCE ROW LEVEL SECURITY;
CREATE POLICY referrals_by_area ON referrals USING (area = ANY ((SELECT current_areas())::text[]));

ALTER TABLE legs ENABLE ROW LEVEL SECURITY;
ALTER TABLE legs FORCE ROW LEVEL SECURITY;
CREATE POLICY legs_by_area ON legs USING (area = ANY ((SELECT current_areas())::text[]));

ALTER TABLE leg_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE leg_history FORCE ROW LEVEL SECURITY;
CREATE POLICY leg_history_by_area ON leg_history USING (area = ANY ((SELECT current_areas())::text[]));

ALTER TABLE tried_pools ENABLE ROW LEVEL SECURITY;
ALTER TABLE tried_pools FORCE ROW LEVEL SECURITY;
CREATE POLICY tried_pools_by_area ON tried_pools USING (area = ANY ((SELECT current_areas())::text[]));

ALTER TABLE routing_decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE routing_decisions FORCE ROW LEVEL SECURITY;
CREATE POLICY routing_decisions_by_area ON routing_decisions USING (area = ANY ((SELECT current_areas())::text[]));

ALTER TABLE settled_follow_ups ENABLE ROW LEVEL SECURITY;
ALTER TABLE settled_follow_ups FORCE ROW LEVEL SECURITY;
CREATE POLICY settled_follow_ups_by_area ON settled_follow_ups USING (area = ANY ((SELECT current_areas())::text[]));

ALTER TABLE set_aside_legs ENABLE ROW LEVEL SECURITY;
ALTER TABLE set_aside_legs FORCE ROW LEVEL SECURITY;
CREATE POLICY set_aside_legs_by_area ON set_aside_legs USING (area = ANY ((SELECT current_areas())::text[]));

-- Staff of a provider see the legs that stand with it, and no other leg of their area.
CREATE POLICY legs_by_organisation ON legs AS RESTRICTIVE USING (
    (SELECT current_organisations()) IS NULL
    OR organisation_id = ANY ((SELECT current_organisations())::uuid[]));

-- The rounds (what falls due, the back-stop) and the waiting list are about all areas at once. Their role has no
-- right to people: it works on legs, which hold codes. Of a referral it sees who referred, so that they can be told.
CREATE POLICY legs_for_rounds ON legs TO referral_rounds USING (true);
CREATE POLICY leg_history_for_rounds ON leg_history TO referral_rounds USING (true);
CREATE POLICY tried_pools_for_rounds ON tried_pools TO referral_rounds USING (true);
CREATE POLICY routing_decisions_for_rounds ON routing_decisions TO referral_rounds USING (true);
CREATE POLICY set_aside_legs_for_rounds ON set_aside_legs TO referral_rounds USING (true);
CREATE POLICY referrals_for_rounds ON referrals FOR SELECT TO referral_rounds USING (true);
GRANT SELECT (referral_id, referrer_id) ON referrals TO referral_rounds;
GRANT SELECT, INSERT, UPDATE ON legs TO referral_rounds;
GRANT SELECT, INSERT ON leg_history, routing_decisions TO referral_rounds;
GRANT SELECT, INSERT, UPDATE ON tried_pools TO referral_rounds;
GRANT SELECT, INSERT, UPDATE, DELETE ON set_aside_legs TO referral_rounds;
GRANT SELECT ON copied_services TO referral_rounds;
GRANT SELECT, INSERT, UPDATE ON copied_signals TO referral_rounds;
GRANT INSERT ON outbox_events TO referral_rounds;

-- A new leg stands behind those who came first, of whatever area. Whoever routes it reads the line here: its order
-- and what each wants, in codes, and not who they are. The view reads with the rights of its owner.
CREATE POLICY legs_in_line ON legs FOR SELECT TO CURRENT_USER USING (state = 'waiting');
CREATE POLICY tried_pools_in_line ON tried_pools FOR SELECT TO CURRENT_USER USING (true);
CREATE VIEW waiting_line AS
SELECT l.leg_id, l.need, l.wants, l.received_at, l.state,
    ARRAY(SELECT t.pool_id FROM tried_pools t WHERE t.leg_id = l.leg_id) AS tried
FROM legs l WHERE l.state = 'waiting';
GRANT SELECT ON waiting_line TO referral_rounds;

-- Rows about people and cases are seen and written by area, whatever a statement asks for: a transaction says the
-- areas that it is about. Where it says none there are no rows. FORCE holds the owner of the tables to it as well.
CREATE FUNCTION current_areas() RETURNS text[] LANGUAGE sql STABLE
    RETURN nullif(current_setting('kith.areas', true), '')::text[];

ALTER TABLE referrals ENABLE ROW LEVEL SECURITY;
ALTER TABLE referrals FORCE ROW LEVEL SECURITY;
CREATE POLICY referrals_by_area ON referrals USING (area = ANY ((SELECT current_areas())::text[]));

ALTER TABLE legs ENABLE ROW LEVEL SECURITY;
ALTER TABLE legs FORCE ROW LEVEL SECURITY;
CREATE POLICY legs_by_area ON legs USING (area = ANY ((SELECT current_areas())::text[]));

ALTER TABLE follow_ups ENABLE ROW LEVEL SECURITY;
ALTER TABLE follow_ups FORCE ROW LEVEL SECURITY;
CREATE POLICY follow_ups_by_area ON follow_ups USING (area = ANY ((SELECT current_areas())::text[]));

ALTER TABLE moved_due_times ENABLE ROW LEVEL SECURITY;
ALTER TABLE moved_due_times FORCE ROW LEVEL SECURITY;
CREATE POLICY moved_due_times_by_area ON moved_due_times USING (area = ANY ((SELECT current_areas())::text[]));

ALTER TABLE answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE answers FORCE ROW LEVEL SECURITY;
CREATE POLICY answers_by_area ON answers USING (area = ANY ((SELECT current_areas())::text[]));

ALTER TABLE measures ENABLE ROW LEVEL SECURITY;
ALTER TABLE measures FORCE ROW LEVEL SECURITY;
CREATE POLICY measures_by_area ON measures USING (area = ANY ((SELECT current_areas())::text[]));

-- The clock of the follow-ups, and a rebuild from the log, are about all areas at once. What people answered,
-- statement by statement, is in neither.
CREATE POLICY referrals_for_rounds ON referrals TO outcomes_rounds USING (true);
CREATE POLICY legs_for_rounds ON legs TO outcomes_rounds USING (true);
CREATE POLICY follow_ups_for_rounds ON follow_ups TO outcomes_rounds USING (true);
CREATE POLICY moved_due_times_for_rounds ON moved_due_times TO outcomes_rounds USING (true);
CREATE POLICY measures_for_rounds ON measures TO outcomes_rounds USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON referrals, legs, follow_ups, measures TO outcomes_rounds;
GRANT SELECT ON moved_due_times, deferred_events TO outcomes_rounds;
GRANT SELECT, INSERT ON inbox_events, outbox_events TO outcomes_rounds;

-- Referrals of people who were forgotten: an id alone, so that the log, read again, does not bring them back.
CREATE TABLE erased_referrals (
    referral_id uuid CONSTRAINT erased_referrals_pk PRIMARY KEY,
    area text NOT NULL
);
ALTER TABLE erased_referrals ENABLE ROW LEVEL SECURITY;
ALTER TABLE erased_referrals FORCE ROW LEVEL SECURITY;
CREATE POLICY erased_referrals_by_area ON erased_referrals USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY erased_referrals_for_rounds ON erased_referrals TO outcomes_rounds USING (true);
GRANT SELECT, INSERT ON erased_referrals TO outcomes_rounds;
GRANT DELETE ON moved_due_times TO outcomes_rounds;
-- What is about one referral, to export it and to forget it.
CREATE INDEX follow_ups_referral_id_idx ON follow_ups (referral_id);

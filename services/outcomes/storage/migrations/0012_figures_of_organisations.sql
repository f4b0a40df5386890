-- Who referred, and who gave the place: what an organisation's figures are made of. What was heard before has neither,
-- until the read model is made again from the log. A leg says both, because the policies of legs and of referrals
-- would ask each other without end.
ALTER TABLE referrals ADD COLUMN referring_organisation_id uuid;
ALTER TABLE legs ADD COLUMN organisation_id uuid, ADD COLUMN referring_organisation_id uuid;

CREATE INDEX legs_organisation_id_idx ON legs (organisation_id);
CREATE INDEX legs_referring_organisation_id_idx ON legs (referring_organisation_id)
    WHERE referring_organisation_id IS NOT NULL;

-- What is an organisation's is asked for once for all rows: row by row its figures would take six times as long as
-- everybody's. The sets are read as whoever asks, so rows by area still hold; where no organisation is said none is read.
DROP POLICY legs_not_for_organisations ON legs;
CREATE POLICY legs_by_organisation ON legs AS RESTRICTIVE USING (
    (SELECT current_organisations()) IS NULL
    OR organisation_id = ANY ((SELECT current_organisations())::uuid[])
    OR referring_organisation_id = ANY ((SELECT current_organisations())::uuid[]));
DROP POLICY referrals_not_for_organisations ON referrals;
CREATE POLICY referrals_by_organisation ON referrals AS RESTRICTIVE USING (
    (SELECT current_organisations()) IS NULL
    OR referring_organisation_id = ANY ((SELECT current_organisations())::uuid[])
    OR referral_id IN (SELECT l.referral_id FROM legs l
        WHERE l.organisation_id = ANY ((SELECT current_organisations())::uuid[])));
DROP POLICY follow_ups_not_for_organisations ON follow_ups;
CREATE POLICY follow_ups_by_organisation ON follow_ups AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL OR leg_id IN (SELECT l.leg_id FROM legs l
        WHERE l.organisation_id = ANY ((SELECT current_organisations())::uuid[])
            OR l.referring_organisation_id = ANY ((SELECT current_organisations())::uuid[])));
DROP POLICY measures_not_for_organisations ON measures;
CREATE POLICY measures_by_organisation ON measures AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL OR follow_up_id IN (SELECT f.follow_up_id FROM follow_ups f));

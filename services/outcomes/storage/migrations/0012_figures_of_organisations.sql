-- Who referred, and who gave the place: what an organisation's figures are made of. What was heard before has neither,
-- until the read model is made again from the log. A leg says both, because the policies of legs and of referrals
-- would ask each other without end.
ALTER TABLE referrals ADD COLUMN referring_organisation_id uuid;
ALTER TABLE legs ADD COLUMN organisation_id uuid, ADD COLUMN referring_organisation_id uuid;

-- The functions read as whoever asks, so rows by area still hold. Where no organisation is said they are not run.
CREATE FUNCTION leg_is_ours(leg uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT FROM legs l
        WHERE l.leg_id = leg AND (l.organisation_id = ANY (current_organisations())
            OR l.referring_organisation_id = ANY (current_organisations())));
CREATE FUNCTION referral_is_ours(referral uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT FROM legs l
        WHERE l.referral_id = referral AND l.organisation_id = ANY (current_organisations()));
CREATE FUNCTION measure_is_ours(follow_up uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT FROM follow_ups f WHERE f.follow_up_id = follow_up AND leg_is_ours(f.leg_id));

DROP POLICY legs_not_for_organisations ON legs;
CREATE POLICY legs_by_organisation ON legs AS RESTRICTIVE USING (
    (SELECT current_organisations()) IS NULL
    OR organisation_id = ANY ((SELECT current_organisations())::uuid[])
    OR referring_organisation_id = ANY ((SELECT current_organisations())::uuid[]));
DROP POLICY referrals_not_for_organisations ON referrals;
CREATE POLICY referrals_by_organisation ON referrals AS RESTRICTIVE USING (
    (SELECT current_organisations()) IS NULL
    OR referring_organisation_id = ANY ((SELECT current_organisations())::uuid[])
    OR referral_is_ours(referral_id));
DROP POLICY follow_ups_not_for_organisations ON follow_ups;
CREATE POLICY follow_ups_by_organisation ON follow_ups AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL OR leg_is_ours(leg_id));
DROP POLICY measures_not_for_organisations ON measures;
CREATE POLICY measures_by_organisation ON measures AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL OR measure_is_ours(follow_up_id));

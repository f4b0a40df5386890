-- Whose system or staff referred somebody: null where the person did, or a system that is bound to areas alone. A leg
-- says it too, because the policies of legs and of referrals would ask each other without end.
ALTER TABLE referrals ADD COLUMN referring_organisation_id uuid;
ALTER TABLE legs ADD COLUMN referring_organisation_id uuid;
-- What became of those whom an organisation referred.
CREATE INDEX legs_referring_organisation_id_idx ON legs (referring_organisation_id, changed_at)
    WHERE referring_organisation_id IS NOT NULL;
-- Where an organisation works.
CREATE INDEX copied_services_organisation_id_idx ON copied_services (organisation_id) WHERE NOT withdrawn;

-- An organisation sees how the referrals that it made stand, leg by leg, besides the legs that stand with it. Who the
-- person is it has told us itself: people and their keys stay with those that give a place.
DROP POLICY legs_by_organisation ON legs;
CREATE POLICY legs_by_organisation ON legs AS RESTRICTIVE USING (
    (SELECT current_organisations()) IS NULL
    OR organisation_id = ANY ((SELECT current_organisations())::uuid[])
    OR referring_organisation_id = ANY ((SELECT current_organisations())::uuid[]));
CREATE OR REPLACE FUNCTION leg_is_ours(leg uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT FROM legs l
        WHERE l.leg_id = leg AND (l.organisation_id = ANY (current_organisations())
            OR l.referring_organisation_id = ANY (current_organisations())));
CREATE OR REPLACE FUNCTION referral_is_ours(referral uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT FROM legs l
        WHERE l.referral_id = referral AND (l.organisation_id = ANY (current_organisations())
            OR l.referring_organisation_id = ANY (current_organisations())));

-- Whoever asks for an organisation sees the cases that stand with it now, in whatever area, and nothing else: of each
-- table about people there is a restrictive policy. Where no organisation is said it asks nothing of the rows: the
-- functions are planned and run for organisations alone. They read as whoever asks, so rows by area still hold.
CREATE FUNCTION leg_is_ours(leg uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT FROM legs l
        WHERE l.leg_id = leg AND l.organisation_id = ANY (current_organisations()));
CREATE FUNCTION referral_is_ours(referral uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT FROM legs l
        WHERE l.referral_id = referral AND l.organisation_id = ANY (current_organisations()));
CREATE FUNCTION person_is_ours(person uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT FROM referrals r JOIN legs l USING (referral_id)
        WHERE r.person_id = person AND l.organisation_id = ANY (current_organisations()));

CREATE POLICY people_by_organisation ON people AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL OR person_is_ours(person_id));
CREATE POLICY person_keys_by_organisation ON person_keys AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL OR person_is_ours(person_id));
CREATE POLICY referrals_by_organisation ON referrals AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL OR referral_is_ours(referral_id));
CREATE POLICY leg_history_by_organisation ON leg_history AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL OR leg_is_ours(leg_id));
CREATE POLICY settled_follow_ups_by_organisation ON settled_follow_ups AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL OR leg_is_ours(leg_id));

-- Where else a person was asked for or turned away, what went wrong inside, who asked to be forgotten, and who looked
-- at what: no organisation has a part in these.
CREATE POLICY tried_pools_not_for_organisations ON tried_pools AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY routing_decisions_not_for_organisations ON routing_decisions AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY set_aside_legs_not_for_organisations ON set_aside_legs AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY erasures_not_for_organisations ON erasures AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY erasure_answers_not_for_organisations ON erasure_answers AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY audit_keys_not_for_organisations ON audit_keys AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY audit_records_not_for_organisations ON audit_records AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY audit_unsealed_not_for_organisations ON audit_unsealed AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY audit_chain_not_for_organisations ON audit_chain AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);

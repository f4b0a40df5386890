-- Cases are known here by area and service, not by organisation: whoever asks for an organisation sees none of them.
-- Null where the caller belongs to no organisation in particular.
CREATE FUNCTION current_organisations() RETURNS uuid[] LANGUAGE sql STABLE
    RETURN nullif(current_setting('kith.organisations', true), '')::uuid[];

CREATE POLICY referrals_not_for_organisations ON referrals AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY legs_not_for_organisations ON legs AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY follow_ups_not_for_organisations ON follow_ups AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY moved_due_times_not_for_organisations ON moved_due_times AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY answers_not_for_organisations ON answers AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY measures_not_for_organisations ON measures AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY erased_referrals_not_for_organisations ON erased_referrals AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);

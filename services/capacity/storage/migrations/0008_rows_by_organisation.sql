-- Whose place was asked for is known here by area and pool: whoever asks for an organisation sees none of it.
-- Null where the caller belongs to no organisation in particular.
CREATE FUNCTION current_organisations() RETURNS uuid[] LANGUAGE sql STABLE
    RETURN nullif(current_setting('kith.organisations', true), '')::uuid[];

CREATE POLICY place_holds_not_for_organisations ON place_holds AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);

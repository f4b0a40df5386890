-- Rows about people and cases are seen and written by area, whatever a statement asks for: a transaction says the
-- areas that it is about. Where it says none there are no rows. FORCE holds the owner of the tables to it as well.
CREATE FUNCTION current_areas() RETURNS text[] LANGUAGE sql STABLE
    RETURN nullif(current_setting('kith.areas', true), '')::text[];

ALTER TABLE place_holds ENABLE ROW LEVEL SECURITY;
ALTER TABLE place_holds FORCE ROW LEVEL SECURITY;
CREATE POLICY place_holds_by_area ON place_holds USING (area = ANY ((SELECT current_areas())::text[]));

-- What a provider still holds when it says full, and what was forgotten, is looked at over all areas at once.
CREATE POLICY place_holds_for_rounds ON place_holds TO capacity_rounds USING (true);
GRANT SELECT, INSERT, UPDATE ON place_holds TO capacity_rounds;
GRANT SELECT, UPDATE ON pools TO capacity_rounds;
GRANT INSERT ON outbox_events TO capacity_rounds;

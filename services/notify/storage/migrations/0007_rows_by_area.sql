-- Rows about people and cases are seen and written by area, whatever a statement asks for: a transaction says the
-- areas that it is about. Where it says none there are no rows. FORCE holds the owner of the tables to it as well.
CREATE FUNCTION current_areas() RETURNS text[] LANGUAGE sql STABLE
    RETURN nullif(current_setting('kith.areas', true), '')::text[];

-- A message without an area is about no person: it asks an organisation for its space.
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
CREATE POLICY messages_by_area ON messages
    USING (area IS NULL OR area = ANY ((SELECT current_areas())::text[]));

-- The sender takes what is due, of whatever area.
CREATE POLICY messages_for_rounds ON messages TO notify_rounds USING (true);
GRANT SELECT, UPDATE ON messages TO notify_rounds;
GRANT SELECT ON copied_services TO notify_rounds;
GRANT INSERT ON outbox_events TO notify_rounds;

-- Whoever asks for an organisation sees the messages to it, and none to a person or to another.
-- Null where the caller belongs to no organisation in particular.
CREATE FUNCTION current_organisations() RETURNS uuid[] LANGUAGE sql STABLE
    RETURN nullif(current_setting('kith.organisations', true), '')::uuid[];

CREATE POLICY messages_by_organisation ON messages AS RESTRICTIVE USING (
    (SELECT current_organisations()) IS NULL
    OR (recipient_kind = 'organisation' AND recipient_id = ANY ((SELECT current_organisations())::uuid[])));

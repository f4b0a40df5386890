-- Whose service it is. Null until the directory says the service again: until then no organisation says its space.
ALTER TABLE pools ADD COLUMN organisation_id uuid;

-- What can be full is public. Whoever asks for an organisation changes the pools of its own services alone.
ALTER TABLE pools ENABLE ROW LEVEL SECURITY;
ALTER TABLE pools FORCE ROW LEVEL SECURITY;
CREATE POLICY pools_are_public ON pools USING (true);
CREATE POLICY pools_changed_by_their_organisation ON pools AS RESTRICTIVE FOR UPDATE USING (
    (SELECT current_organisations()) IS NULL OR organisation_id = ANY ((SELECT current_organisations())::uuid[]));

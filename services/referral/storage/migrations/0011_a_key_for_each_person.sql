-- Who a person is lies under a key of their own: whoever destroys the key has forgotten the person, in backups too.
CREATE TABLE person_keys (
    person_id uuid CONSTRAINT person_keys_pk PRIMARY KEY,
    area text NOT NULL,
    kid text NOT NULL, -- the key of the settings that wraps this one
    wrapped_key bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- Keys that are still wrapped by an older key.
CREATE INDEX person_keys_area_kid_idx ON person_keys (area, kid);
ALTER TABLE person_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY person_keys_by_area ON person_keys USING (area = ANY ((SELECT current_areas())::text[]));

-- Name, date of birth, NHS number, contacts and notes, sealed together. Rows of the time before are sealed by the
-- service when it starts, which is when they lose what stands here in the open.
ALTER TABLE people
    ADD COLUMN sealed bytea,
    ALTER COLUMN given_name DROP NOT NULL,
    ALTER COLUMN family_name DROP NOT NULL,
    ALTER COLUMN date_of_birth DROP NOT NULL,
    ADD CONSTRAINT people_sealed_ck CHECK (
        num_nonnulls(sealed, given_name) = 1
        AND (sealed IS NULL
             OR num_nonnulls(given_name, family_name, date_of_birth, nhs_number, email, phone) = 0));
-- Rows that are not sealed yet.
CREATE INDEX people_in_the_open_idx ON people (area) WHERE sealed IS NULL;

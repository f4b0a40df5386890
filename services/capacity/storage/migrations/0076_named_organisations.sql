-- Whose it is, and who is directly above them, by the names that the directory tells.
ALTER TABLE pools
    ADD COLUMN organisation_name text,
    ADD COLUMN lead_organisation_id uuid,
    ADD COLUMN lead_organisation_name text;

-- Whose service it is, as the directory names it in the open. Never of a sensitive service: the name can say what it is.
ALTER TABLE copied_services ADD COLUMN organisation_name text;

-- On how many days somebody was expected and did not come.
ALTER TABLE legs ADD COLUMN missed integer NOT NULL DEFAULT 0;

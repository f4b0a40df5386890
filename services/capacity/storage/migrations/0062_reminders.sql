-- The last word of its provider that was followed by a reminder: each is at most once.
ALTER TABLE pools ADD COLUMN reminded_version integer NOT NULL DEFAULT 0;

-- Where a key no longer opens, another of the same subject takes over, so that acts can still be recorded.
ALTER TABLE audit_keys
    ADD COLUMN generation integer NOT NULL DEFAULT 0,
    DROP CONSTRAINT audit_keys_pk,
    ADD CONSTRAINT audit_keys_pk PRIMARY KEY (subject, generation);

-- When each pool was withdrawn, and opened again: with its signals and places, what was known at any instant.
CREATE TABLE pool_withdrawals (
    seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pool_withdrawals_pk PRIMARY KEY,
    pool_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    withdrawn boolean NOT NULL
);
-- Finds what stood at a moment.
CREATE INDEX pool_withdrawals_pool_id_idx ON pool_withdrawals (pool_id, seq DESC);
-- Since when the others are withdrawn was not kept: they are known to be from now on.
INSERT INTO pool_withdrawals (pool_id, recorded_at, withdrawn) SELECT pool_id, now(), true FROM pools WHERE withdrawn;

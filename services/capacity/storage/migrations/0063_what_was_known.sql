-- The places of a pool each time that they changed: with its signals, what was known at any instant. No id of anybody.
CREATE TABLE ledger_history (
    seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT ledger_history_pk PRIMARY KEY,
    pool_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    version integer NOT NULL,
    places integer NOT NULL,
    free integer NOT NULL,
    held integer NOT NULL,
    taken integer NOT NULL
);
-- Finds what stood at a moment.
CREATE INDEX ledger_history_pool_id_idx ON ledger_history (pool_id, recorded_at DESC, seq DESC);
GRANT INSERT ON ledger_history TO capacity_rounds;

-- What became of the offers of a pool, of nobody in particular: whether what its provider said is still so.
CREATE TABLE offer_outcomes (
    seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT offer_outcomes_pk PRIMARY KEY,
    pool_id uuid NOT NULL,
    outcome text NOT NULL,
    happened_at timestamptz NOT NULL,
    waited_days integer
);
CREATE INDEX offer_outcomes_pool_id_idx ON offer_outcomes (pool_id, happened_at);

ALTER TABLE pools ADD COLUMN doubt_percent integer, ADD COLUMN doubt_reasons jsonb;
ALTER TABLE signals ADD COLUMN doubt_percent integer, ADD COLUMN doubt_reasons jsonb;

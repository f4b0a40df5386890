-- Pools that a round could not handle, and until when it passes them over: so that they hold up no other pool.
CREATE TABLE set_aside_pools (
    pool_id uuid CONSTRAINT set_aside_pools_pk PRIMARY KEY,
    round text NOT NULL,
    error text NOT NULL, -- the kind of error, never its words
    failures integer NOT NULL DEFAULT 1,
    until timestamptz NOT NULL
);
GRANT SELECT ON set_aside_pools TO capacity_rounds;

-- A pool is something that can be full. One row holds what was last said of it and who may be given a place,
-- so that one row lock makes one decision.
CREATE TABLE pools (
    pool_id uuid CONSTRAINT pools_pk PRIMARY KEY,
    service_id uuid NOT NULL,
    service_name text NOT NULL,
    service_version integer NOT NULL,
    area text, -- of the service; null where it belongs to no one area
    withdrawn boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'unknown'
        CONSTRAINT pools_status_ck CHECK (status IN ('open', 'limited', 'full', 'paused', 'unknown')),
    version integer NOT NULL DEFAULT 0,
    spoken_version integer NOT NULL DEFAULT 0, -- of the provider's last word; decay is nobody's word
    source text CONSTRAINT pools_source_ck CHECK (source IN ('link', 'api', 'decay')),
    confirmed_at timestamptz,
    expires_at timestamptz,
    paused_until timestamptz,
    expected_wait_days integer,
    places integer NOT NULL DEFAULT 0,
    free integer NOT NULL DEFAULT 0,
    held integer NOT NULL DEFAULT 0,
    taken integer NOT NULL DEFAULT 0,
    unlimited boolean NOT NULL DEFAULT false,
    CONSTRAINT pools_ledger_ck
        CHECK (free + held + taken = places AND free >= 0 AND held >= 0 AND taken >= 0),
    CONSTRAINT pools_free_ck CHECK (free = 0 OR status IN ('open', 'limited')),
    CONSTRAINT pools_unlimited_ck CHECK (NOT unlimited OR (status = 'open' AND free = 0)),
    CONSTRAINT pools_said_ck CHECK (version = 0 OR (source IS NOT NULL AND expires_at IS NOT NULL))
) WITH (fillfactor = 50); -- counters change often: room for the next version of a row on its own page
-- Finds the pools of a service.
CREATE INDEX pools_service_id_idx ON pools (service_id);
-- Finds the signals that have expired.
CREATE INDEX pools_expires_at_idx ON pools (expires_at) WHERE status <> 'unknown';

-- Every signal that ever was, so that a decision of any day can be replayed: what did we know then?
CREATE TABLE signals (
    pool_id uuid NOT NULL,
    version integer NOT NULL,
    status text NOT NULL,
    free integer, -- null: open without a limit
    source text NOT NULL,
    said_by text, -- the name of the client of the API
    tapped_at timestamptz,
    confirmed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    paused_until timestamptz,
    expected_wait_days integer,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT signals_pk PRIMARY KEY (pool_id, version)
);

-- What became of each request for a place. The key makes a second word about the same request a no-op.
CREATE TABLE place_holds (
    request_id uuid CONSTRAINT place_holds_pk PRIMARY KEY,
    pool_id uuid NOT NULL, -- of no pool that is known, where the request was refused for that
    referral_id uuid NOT NULL,
    leg_id uuid NOT NULL,
    area text NOT NULL,
    state text NOT NULL
        CONSTRAINT place_holds_state_ck CHECK (state IN ('held', 'taken', 'freed', 'refused')),
    signal_version integer NOT NULL,
    held_at timestamptz,
    shown_at timestamptz,
    changed_at timestamptz NOT NULL,
    CONSTRAINT place_holds_held_at_ck CHECK (state = 'refused' OR held_at IS NOT NULL)
);
-- Finds what a pool has held, for the answer to full.
CREATE INDEX place_holds_pool_id_idx ON place_holds (pool_id) WHERE state = 'held';
-- Finds the holds that were forgotten.
CREATE INDEX place_holds_held_at_idx ON place_holds (held_at) WHERE state = 'held';

-- What providers last said of their pools, copied from capacity's events: the greater version wins.
CREATE TABLE copied_signals (
    pool_id uuid CONSTRAINT copied_signals_pk PRIMARY KEY,
    service_id uuid NOT NULL,
    version bigint NOT NULL,
    status text NOT NULL CONSTRAINT copied_signals_status_ck
        CHECK (status IN ('open', 'limited', 'full', 'paused', 'unknown')),
    free integer, -- null with open or limited: no limit
    confirmed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    paused_until timestamptz,
    expected_wait_days integer,
    heard_at timestamptz NOT NULL -- by our own clock, in the order of the commits
);
-- The signals of a service.
CREATE INDEX copied_signals_service_id_idx ON copied_signals (service_id);
-- What has been heard since, and which words have become too old since.
CREATE INDEX copied_signals_heard_at_idx ON copied_signals (heard_at);
CREATE INDEX copied_signals_expires_at_idx ON copied_signals (expires_at);

-- What routing needs of the directory and of capacity. Full-state copies: the greater version wins.

CREATE TABLE copied_services (
    service_id uuid CONSTRAINT copied_services_pk PRIMARY KEY,
    version bigint NOT NULL,
    withdrawn boolean NOT NULL DEFAULT false,
    name text NOT NULL DEFAULT '',
    organisation_id uuid,
    everywhere boolean NOT NULL DEFAULT false,
    areas text[] NOT NULL DEFAULT '{}',
    needs text[] NOT NULL DEFAULT '{}',
    languages text[] NOT NULL DEFAULT '{}',
    minimum_age integer,
    maximum_age integer,
    suits text[] NOT NULL DEFAULT '{}',
    does_not_suit text[] NOT NULL DEFAULT '{}',
    access text[] NOT NULL DEFAULT '{}',
    delivery text[] NOT NULL DEFAULT '{}',
    worker_sexes text[] NOT NULL DEFAULT '{}',
    evenings boolean NOT NULL DEFAULT false,
    weekends boolean NOT NULL DEFAULT false,
    latitude double precision,
    longitude double precision,
    sensitive boolean NOT NULL DEFAULT false,
    pool_ids uuid[] NOT NULL DEFAULT '{}'
);
-- Candidates for a need.
CREATE INDEX copied_services_needs_idx ON copied_services USING gin (needs) WHERE NOT withdrawn;
-- The services of pools that were heard of.
CREATE INDEX copied_services_pool_ids_idx ON copied_services USING gin (pool_ids) WHERE NOT withdrawn;

-- `guess` is what we think is left at `guess_version`: null means no limit. A statement of a version sets it,
-- a request lowers it, and what capacity says of places corrects it. Places are heard of on another topic
-- than statements, so the guess has a version of its own.
CREATE TABLE copied_signals (
    pool_id uuid CONSTRAINT copied_signals_pk PRIMARY KEY,
    version bigint NOT NULL,
    status text NOT NULL,
    free integer,
    expires_at timestamptz,
    guess integer CONSTRAINT copied_signals_guess_ck CHECK (guess >= 0),
    guess_version bigint NOT NULL,
    given_on date,
    given_today integer NOT NULL DEFAULT 0
) WITH (fillfactor = 70); -- updated with every request: room for it on the same page

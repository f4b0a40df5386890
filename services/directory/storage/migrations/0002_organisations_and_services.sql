-- Organisations as their sources describe them. `referrals_email` is private: only the recipient contract reads it.
CREATE TABLE organisations (
    id uuid CONSTRAINT organisations_pk PRIMARY KEY,
    name text NOT NULL,
    document jsonb NOT NULL, -- what the open feed shows
    referrals_email text,
    public_email text,
    digest text NOT NULL, -- of document and referrals_email: equal means nothing to do
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- Services. The version grows by one with each change and orders the events that carry the full state.
CREATE TABLE services (
    id uuid CONSTRAINT services_pk PRIMARY KEY,
    organisation_id uuid NOT NULL
        CONSTRAINT services_organisation_id_fk REFERENCES organisations (id),
    version bigint NOT NULL CONSTRAINT services_version_ck CHECK (version >= 1),
    name text NOT NULL,
    status text NOT NULL
        CONSTRAINT services_status_ck CHECK (status IN ('active', 'inactive', 'defunct', 'temporarily closed')),
    area text,
    minimum_age integer,
    maximum_age integer,
    term_ids jsonb NOT NULL,
    keywords text NOT NULL,
    search tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('english', keywords)) STORED,
    document jsonb NOT NULL,
    digest text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT services_ages_ck CHECK (minimum_age <= maximum_age)
);
-- The list of an organisation's services, and the foreign key's own look-ups.
CREATE INDEX services_organisation_id_idx ON services (organisation_id);
-- The list in its order, for pages.
CREATE INDEX services_name_id_idx ON services (name, id) WHERE status IN ('active', 'temporarily closed');
-- Full-text search and the taxonomy filter of the list.
CREATE INDEX services_search_idx ON services USING gin (search);
CREATE INDEX services_term_ids_idx ON services USING gin (term_ids);

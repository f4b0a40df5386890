-- Whose lists are read, from where and how often.
CREATE TABLE feed_sources (
    id uuid CONSTRAINT feed_sources_pk PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT feed_sources_kind_ck CHECK (kind IN ('oruk-json', 'hsds-tables', 'simple-sheet')),
    address text, -- null: its files are handed over by somebody
    area text, -- whose coordinators read its reports; null: operators alone
    routable boolean NOT NULL DEFAULT false,
    lapses_missing boolean NOT NULL DEFAULT true,
    every_hours integer CONSTRAINT feed_sources_every_hours_ck CHECK (every_hours BETWEEN 1 AND 744), -- null: when asked to
    next_at timestamptz, -- null: not until somebody asks
    active boolean NOT NULL DEFAULT true,
    added_by uuid,
    added_at timestamptz NOT NULL
);
-- Sources that are due.
CREATE INDEX feed_sources_next_at_idx ON feed_sources (next_at) WHERE active;

-- One reading of a source. What is in hand has a lease; whoever takes it over counts `attempt` up, and the one before
-- writes nothing any more.
CREATE TABLE feed_runs (
    id uuid CONSTRAINT feed_runs_pk PRIMARY KEY,
    source_id uuid NOT NULL CONSTRAINT feed_runs_source_id_fk REFERENCES feed_sources (id) ON DELETE CASCADE,
    state text NOT NULL CONSTRAINT feed_runs_state_ck
        CHECK (state IN ('running', 'done', 'unchanged', 'refused', 'held-for-a-person')),
    attempt integer NOT NULL DEFAULT 1,
    began_at timestamptz NOT NULL,
    lease_until timestamptz NOT NULL,
    ended_at timestamptz,
    next_page integer NOT NULL DEFAULT 1,
    total_pages integer, -- as the first page says
    total_items integer, -- as the first page says; null: it does not
    pages_unchanged integer NOT NULL DEFAULT 0,
    bytes_read bigint NOT NULL DEFAULT 0,
    records integer NOT NULL DEFAULT 0,
    taken integer NOT NULL DEFAULT 0,
    changed integer NOT NULL DEFAULT 0,
    withdrawn integer NOT NULL DEFAULT 0,
    refused integer NOT NULL DEFAULT 0,
    missing integer NOT NULL DEFAULT 0,
    organisations_taken integer NOT NULL DEFAULT 0,
    organisations_changed integer NOT NULL DEFAULT 0,
    refusal text -- why all of it was refused
);
CREATE UNIQUE INDEX feed_runs_running_uq ON feed_runs (source_id) WHERE state = 'running';
-- A source's runs, newest first.
CREATE INDEX feed_runs_source_id_idx ON feed_runs (source_id, began_at DESC);

-- What a run says of a record, or of the envelope around records (record 0). `line` is 0 where there is none.
CREATE TABLE feed_findings (
    run_id uuid NOT NULL CONSTRAINT feed_findings_run_id_fk REFERENCES feed_runs (id) ON DELETE CASCADE,
    page integer NOT NULL,
    record integer NOT NULL,
    kind text NOT NULL CONSTRAINT feed_findings_kind_ck
        CHECK (kind IN ('taken', 'changed', 'withdrawn', 'refused', 'remark', 'envelope')),
    file text NOT NULL DEFAULT '',
    line integer NOT NULL DEFAULT 0,
    field text NOT NULL,
    rule text NOT NULL,
    record_id uuid,
    CONSTRAINT feed_findings_pk PRIMARY KEY (run_id, page, record, kind, file, line, field, rule)
);

-- The pages of a source as they last came, to ask only for what is new. `form`: by which reader they were read.
CREATE TABLE feed_pages (
    source_id uuid NOT NULL CONSTRAINT feed_pages_source_id_fk REFERENCES feed_sources (id) ON DELETE CASCADE,
    page integer NOT NULL,
    etag text,
    last_modified text,
    form smallint NOT NULL,
    total_pages integer NOT NULL,
    total_items integer,
    after_record integer NOT NULL, -- how many records came before it
    records integer NOT NULL,
    run_id uuid NOT NULL, -- the run whose findings say how it was read
    CONSTRAINT feed_pages_pk PRIMARY KEY (source_id, page)
);

-- The records that a source has named, on which page, and since when it names them no longer.
CREATE TABLE feed_records (
    source_id uuid NOT NULL CONSTRAINT feed_records_source_id_fk REFERENCES feed_sources (id) ON DELETE CASCADE,
    record_id uuid NOT NULL,
    organisation_id uuid, -- null: the record was not taken
    page integer NOT NULL,
    list_digest text, -- of its entry in a list that shows little; null: ask for the full record
    etag text, -- of the full record
    seen_in_run uuid NOT NULL,
    missing_since timestamptz,
    CONSTRAINT feed_records_pk PRIMARY KEY (source_id, record_id)
);
-- The organisations that a source has named, and the records of a page.
CREATE INDEX feed_records_organisation_id_idx ON feed_records (source_id, organisation_id);
CREATE INDEX feed_records_page_idx ON feed_records (source_id, page);

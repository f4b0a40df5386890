-- Services that may be one and the same: found by the directory, decided by a person.
CREATE TABLE duplicate_pairs (
    left_id uuid NOT NULL
        CONSTRAINT duplicate_pairs_left_id_fk REFERENCES services (id) ON DELETE CASCADE,
    right_id uuid NOT NULL
        CONSTRAINT duplicate_pairs_right_id_fk REFERENCES services (id) ON DELETE CASCADE,
    points integer NOT NULL,
    reasons jsonb NOT NULL, -- [[sign, points], …], the weightiest first
    state text NOT NULL DEFAULT 'likely'
        CONSTRAINT duplicate_pairs_state_ck CHECK (state IN ('likely', 'not-the-same', 'merged')),
    decided_by uuid, -- a member
    decided_at timestamptz,
    CONSTRAINT duplicate_pairs_pk PRIMARY KEY (left_id, right_id),
    CONSTRAINT duplicate_pairs_left_id_right_id_ck CHECK (left_id < right_id), -- a pair has one name
    CONSTRAINT duplicate_pairs_decided_ck CHECK ((state = 'likely') = (decided_at IS NULL))
);
-- The pairs in which a service stands right.
CREATE INDEX duplicate_pairs_right_id_idx ON duplicate_pairs (right_id);
-- What waits for a person, the likeliest first.
CREATE INDEX duplicate_pairs_state_idx ON duplicate_pairs (state, points DESC, left_id, right_id);

-- Which entry was shown as which other one, and until when.
CREATE TABLE service_merges (
    id uuid CONSTRAINT service_merges_pk PRIMARY KEY,
    kept_id uuid NOT NULL
        CONSTRAINT service_merges_kept_id_fk REFERENCES services (id) ON DELETE CASCADE,
    merged_id uuid NOT NULL
        CONSTRAINT service_merges_merged_id_fk REFERENCES services (id) ON DELETE CASCADE,
    merged_at timestamptz NOT NULL,
    merged_by uuid NOT NULL, -- a member
    undone_at timestamptz,
    undone_by uuid,
    CONSTRAINT service_merges_two_ck CHECK (kept_id <> merged_id)
);
-- An entry is merged into one other at a time; where its address leads.
CREATE UNIQUE INDEX service_merges_merged_id_uq ON service_merges (merged_id) WHERE undone_at IS NULL;

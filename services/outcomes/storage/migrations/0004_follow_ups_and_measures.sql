-- Whom to ask how they are, and when.
CREATE TABLE follow_ups (
    follow_up_id uuid CONSTRAINT follow_ups_pk PRIMARY KEY,
    referral_id uuid NOT NULL,
    leg_id uuid NOT NULL,
    person_id uuid NOT NULL,
    area text NOT NULL,
    occasion text NOT NULL CONSTRAINT follow_ups_occasion_ck CHECK (occasion IN ('before', 'after')),
    instrument text NOT NULL,
    due_at timestamptz NOT NULL,
    asked_at timestamptz, -- when the due event was said
    settled_at timestamptz,
    settled_by text CONSTRAINT follow_ups_settled_by_ck CHECK (settled_by IN ('answered', 'lapsed')),
    caused_by uuid, -- the event that called for it
    traceparent text, -- the trace of that event
    CONSTRAINT follow_ups_leg_id_occasion_uq UNIQUE (leg_id, occasion),
    CONSTRAINT follow_ups_settled_ck CHECK ((settled_at IS NULL) = (settled_by IS NULL))
);
-- Finds what is due to be asked.
CREATE INDEX follow_ups_due_at_idx ON follow_ups (due_at) WHERE asked_at IS NULL AND settled_at IS NULL;
-- Finds what is due to lapse.
CREATE INDEX follow_ups_open_idx ON follow_ups (due_at) WHERE settled_at IS NULL;

-- Due times move only by a recorded act with a reason.
CREATE TABLE moved_due_times (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT moved_due_times_pk PRIMARY KEY,
    -- Deferrable for a rebuild, which makes the same follow-ups anew.
    follow_up_id uuid NOT NULL CONSTRAINT moved_due_times_follow_up_id_fk REFERENCES follow_ups DEFERRABLE,
    area text NOT NULL,
    moved_at timestamptz NOT NULL,
    moved_by text NOT NULL,
    reason text NOT NULL,
    old_due_at timestamptz NOT NULL,
    new_due_at timestamptz NOT NULL
);

-- What people answered, statement by statement. It never leaves this database.
CREATE TABLE answers (
    follow_up_id uuid CONSTRAINT answers_pk PRIMARY KEY,
    area text NOT NULL,
    instrument text NOT NULL,
    answers smallint[] NOT NULL,
    answered_at timestamptz NOT NULL
);

-- Scores, as the log has them.
CREATE TABLE measures (
    follow_up_id uuid CONSTRAINT measures_pk PRIMARY KEY,
    referral_id uuid NOT NULL,
    person_id uuid NOT NULL,
    area text NOT NULL,
    occasion text NOT NULL CONSTRAINT measures_occasion_ck CHECK (occasion IN ('before', 'after')),
    instrument text NOT NULL,
    score numeric(6, 2) NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX measures_referral_id_idx ON measures (referral_id);

-- How often a leg has said its word to capacity again, because no answer came.
ALTER TABLE legs ADD COLUMN asked_again integer NOT NULL DEFAULT 0
    CONSTRAINT legs_asked_again_ck CHECK (asked_again >= 0);
-- Legs that wait for an answer of capacity, the longest wait first.
CREATE INDEX legs_changed_at_idx ON legs (changed_at) WHERE state IN ('requested', 'accepting');

-- Legs that a round could not handle, and until when it passes them over: so that they hold up nobody else.
CREATE TABLE set_aside_legs (
    leg_id uuid CONSTRAINT set_aside_legs_pk PRIMARY KEY,
    area text NOT NULL,
    round text NOT NULL,
    error text NOT NULL, -- the kind of error, never its words
    failures integer NOT NULL DEFAULT 1,
    until timestamptz NOT NULL
);

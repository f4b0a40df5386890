-- What members want to be told by email, each week: what is on near somewhere, and what is new.
CREATE TABLE digests (
    id uuid CONSTRAINT digests_pk PRIMARY KEY,
    member_id uuid NOT NULL CONSTRAINT digests_member_id_fk REFERENCES members (id),
    near text NOT NULL, -- the code of an area
    needs text[] NOT NULL, -- sorted; none: all
    asked_at timestamptz NOT NULL,
    next_on date NOT NULL,
    new_since timestamptz NOT NULL, -- what came after is new in the mail that is on its way
    last_due_at timestamptz NOT NULL, -- what came after is new in the next
    CONSTRAINT digests_member_id_near_needs_uq UNIQUE (member_id, near, needs)
);
CREATE INDEX digests_next_on_idx ON digests (next_on);

-- Since when an entry has been in the menu. Of those that were there before this was kept it is not known.
ALTER TABLE services ADD COLUMN came_at timestamptz NOT NULL DEFAULT '2000-01-01T00:00:00Z';
ALTER TABLE services ALTER COLUMN came_at SET DEFAULT clock_timestamp();

-- What can be full, by kind: a course has the day on which it begins, an event the day on which it is.
ALTER TABLE pools
    ADD COLUMN kind text NOT NULL DEFAULT 'service' CONSTRAINT pools_kind_ck CHECK (
        kind IN ('service', 'session', 'event', 'cohort', 'caseload', 'interpreter', 'volunteer')),
    ADD COLUMN starts_on date,
    ADD COLUMN in_all integer, -- all places together, where the provider said so; null: the free ones were said
    ADD COLUMN note text, -- for staff alone
    ADD COLUMN told_by text; -- the role of whoever told a coordinator
-- The free places follow from those in all; of fewer than are given none is free.
ALTER TABLE pools ADD CONSTRAINT pools_in_all_ck CHECK (
    in_all IS NULL
    OR (status IN ('open', 'limited') AND NOT unlimited AND free = greatest(0, in_all - held - taken)));
ALTER TABLE pools DROP CONSTRAINT pools_source_ck;
ALTER TABLE pools ADD CONSTRAINT pools_source_ck
    CHECK (source IN ('link', 'board', 'api', 'csv', 'phoned', 'decay'));

ALTER TABLE signals
    ADD COLUMN in_all integer,
    ADD COLUMN note text,
    ADD COLUMN told_by text;

-- Whether a leg has a place, before somebody is asked who accompanies it.
CREATE INDEX place_holds_leg_id_idx ON place_holds (leg_id) WHERE state IN ('held', 'taken');

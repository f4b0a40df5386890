-- By which somebody who is referred again in an area is known again, and nothing else of them: HMACs of their NHS number,
-- or of an address with their day of birth, under a key that is made from the one that wraps people's keys. They go with
-- the person (ADR 0046).
CREATE TABLE person_marks (
    person_id uuid NOT NULL,
    area text NOT NULL,
    mark bytea NOT NULL CONSTRAINT person_marks_mark_ck CHECK (length(mark) = 32),
    CONSTRAINT person_marks_pk PRIMARY KEY (person_id, mark)
);
-- Who has the same.
CREATE INDEX person_marks_mark_idx ON person_marks (mark);
-- What they wanted before.
CREATE INDEX legs_person_id_need_idx ON legs (person_id, need);

ALTER TABLE person_marks ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_marks FORCE ROW LEVEL SECURITY;
CREATE POLICY person_marks_by_area ON person_marks USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY person_marks_not_for_organisations ON person_marks AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);

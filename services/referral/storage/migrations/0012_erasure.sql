-- People who asked to be forgotten: ids alone, so that who still owes an answer can be told.
CREATE TABLE erasures (
    referral_id uuid CONSTRAINT erasures_pk PRIMARY KEY,
    person_id uuid NOT NULL,
    area text NOT NULL,
    asked_at timestamptz NOT NULL
);
CREATE TABLE erasure_answers (
    referral_id uuid NOT NULL,
    service text NOT NULL CONSTRAINT erasure_answers_service_ck CHECK (service IN ('capacity', 'outcomes', 'notify')),
    area text NOT NULL,
    answered_at timestamptz NOT NULL,
    CONSTRAINT erasure_answers_pk PRIMARY KEY (referral_id, service)
);
ALTER TABLE erasures ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasures FORCE ROW LEVEL SECURITY;
CREATE POLICY erasures_by_area ON erasures USING (area = ANY ((SELECT current_areas())::text[]));
ALTER TABLE erasure_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure_answers FORCE ROW LEVEL SECURITY;
CREATE POLICY erasure_answers_by_area ON erasure_answers USING (area = ANY ((SELECT current_areas())::text[]));
-- The checker counts what is overdue.
CREATE POLICY erasures_for_rounds ON erasures FOR SELECT TO referral_rounds USING (true);
CREATE POLICY erasure_answers_for_rounds ON erasure_answers FOR SELECT TO referral_rounds USING (true);
GRANT SELECT ON erasures, erasure_answers TO referral_rounds;

-- A record without a body makes a compacted topic forget its key.
ALTER TABLE outbox_events ALTER COLUMN payload DROP NOT NULL;

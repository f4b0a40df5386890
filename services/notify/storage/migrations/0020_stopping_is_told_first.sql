-- Somebody who is forgotten has stopped, too: what tells that to groups and referrers outlives the rest until it is sent.
ALTER TABLE messages ADD COLUMN erased_referral_id uuid;
CREATE INDEX messages_erased_referral_id_idx ON messages (erased_referral_id) WHERE erased_referral_id IS NOT NULL;

-- Erasures that are not answered yet, because such messages are still to be sent.
CREATE TABLE owed_erasure_answers (
    referral_id uuid CONSTRAINT owed_erasure_answers_pk PRIMARY KEY,
    person_id uuid NOT NULL,
    area text NOT NULL,
    event_id uuid NOT NULL,
    traceparent text
);
ALTER TABLE owed_erasure_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE owed_erasure_answers FORCE ROW LEVEL SECURITY;
CREATE POLICY owed_erasure_answers_by_area ON owed_erasure_answers
    USING (area = ANY ((SELECT current_areas())::text[]));
-- Nothing of it is anything to an organisation.
CREATE POLICY owed_erasure_answers_by_organisation ON owed_erasure_answers AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
-- The sender deletes the messages that it has sent, and answers.
CREATE POLICY owed_erasure_answers_for_rounds ON owed_erasure_answers TO notify_rounds USING (true);
GRANT SELECT, UPDATE, DELETE ON owed_erasure_answers TO notify_rounds;
GRANT DELETE ON messages TO notify_rounds;

-- Which provider was asked last whether one of its services has space, before anybody was sent there: one row a provider,
-- so that no provider has more than one such question at a time, whoever waits. Of services alone, of nobody who waits.
CREATE TABLE space_questions (
    organisation_id uuid CONSTRAINT space_questions_pk PRIMARY KEY,
    pool_id uuid NOT NULL,
    service_id uuid NOT NULL,
    asked_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON space_questions TO referral_rounds;

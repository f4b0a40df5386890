-- What was last said of each service, in figures about nobody in particular. No figure: too few, or it may not be told.
CREATE TABLE said_evidence (
    service_id uuid CONSTRAINT said_evidence_pk PRIMARY KEY,
    version bigint NOT NULL,
    as_of date NOT NULL,
    placed integer,
    helped integer,
    answered integer,
    mean_change numeric(5, 1),
    felt text CONSTRAINT said_evidence_felt_ck CHECK (felt IN ('most-better', 'half-better', 'few-better')),
    -- Which whole groups of people those three figures are of: the number of the first and of the last.
    first_group integer,
    last_group integer,
    CONSTRAINT said_evidence_fives_ck CHECK (placed % 5 = 0 AND helped % 5 = 0 AND answered % 5 = 0),
    CONSTRAINT said_evidence_answered_ck
        CHECK (num_nulls(answered, mean_change, felt, first_group, last_group) IN (0, 5))
);
-- How far the present round has come; one row.
CREATE TABLE evidence_round (
    only_one boolean CONSTRAINT evidence_round_pk PRIMARY KEY DEFAULT true CONSTRAINT evidence_round_one_ck CHECK (only_one),
    as_of timestamptz NOT NULL,
    done_up_to uuid, -- the last service looked at; null: none yet
    done boolean NOT NULL DEFAULT false
);
-- What became of people at one service.
CREATE INDEX legs_service_id_idx ON legs (service_id) WHERE service_id IS NOT NULL;

GRANT SELECT ON copied_services TO outcomes_rounds;
GRANT SELECT, INSERT, UPDATE ON said_evidence, evidence_round TO outcomes_rounds;

-- What services did for people, copied from outcomes' events: the greater version wins. Figures about nobody in
-- particular; null: too few people.
CREATE TABLE copied_evidence (
    service_id uuid CONSTRAINT copied_evidence_pk PRIMARY KEY,
    version bigint NOT NULL,
    as_of date NOT NULL,
    placed integer,
    helped integer,
    answered integer,
    instrument text,
    mean_change numeric(5, 1),
    felt text CONSTRAINT copied_evidence_felt_ck CHECK (felt IN ('most-better', 'half-better', 'few-better'))
);

-- Lists of services that somebody was given to take away. Nothing says who was given one.
CREATE TABLE prescriptions (
    id uuid CONSTRAINT prescriptions_pk PRIMARY KEY,
    area text NOT NULL,
    service_ids uuid[] NOT NULL
        CONSTRAINT prescriptions_service_ids_ck CHECK (cardinality(service_ids) BETWEEN 1 AND 10),
    given_by uuid NOT NULL, -- the member who may see its link again
    role text NOT NULL,
    how text NOT NULL CONSTRAINT prescriptions_how_ck CHECK (how IN ('print', 'link')),
    given_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
-- Those that have run out, to be forgotten.
CREATE INDEX prescriptions_expires_at_idx ON prescriptions (expires_at);

-- What became of an entry, and by whom: for those who look after it, and to take a change back.
CREATE TABLE service_revisions (
    id uuid CONSTRAINT service_revisions_pk PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    service_id uuid NOT NULL
        CONSTRAINT service_revisions_service_id_fk REFERENCES services (id) ON DELETE CASCADE,
    version bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_kind text NOT NULL CONSTRAINT service_revisions_by_kind_ck CHECK (by_kind IN ('feed', 'member', 'link', 'merge')),
    by_id uuid, -- the member, or the organisation whose link it was
    changes jsonb NOT NULL, -- [{field, before, after, own_before, own_after}]; an own word is {} where there is none
    undoes uuid
        CONSTRAINT service_revisions_undoes_fk REFERENCES service_revisions (id) ON DELETE CASCADE
        CONSTRAINT service_revisions_undoes_uq UNIQUE
);
-- The revisions of a service, in order.
CREATE INDEX service_revisions_service_id_idx ON service_revisions (service_id, seq);

-- From when the links that an organisation was sent count: those made before were taken back.
ALTER TABLE organisations ADD COLUMN links_valid_from timestamptz;
-- Each time, and who did it. Rows stay.
CREATE TABLE ended_links (
    organisation_id uuid NOT NULL CONSTRAINT ended_links_organisation_id_fk REFERENCES organisations (id),
    time_number integer NOT NULL,
    links_valid_from timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    ended_by uuid NOT NULL CONSTRAINT ended_links_ended_by_fk REFERENCES members (id),
    CONSTRAINT ended_links_pk PRIMARY KEY (organisation_id, time_number)
);

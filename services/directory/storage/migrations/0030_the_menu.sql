-- What editors said wins over what the source said, field by field; `fed` keeps the source's own word below it.
ALTER TABLE services
    ADD COLUMN fed jsonb, -- the service as its source last described it; null: as `document` says
    ADD COLUMN own_fields jsonb NOT NULL DEFAULT '{}', -- field → what the organisation or a coordinator says of it
    ADD COLUMN source_id uuid, -- the feed that may change it; null: came by command or by hand
    ADD COLUMN routable boolean NOT NULL DEFAULT true, -- false: listed and found, and nobody is sent there
    ADD COLUMN listed boolean NOT NULL DEFAULT true, -- false: merged into another
    ADD COLUMN confirmed_on date, -- when somebody last said that it is right
    ADD COLUMN expanded smallint NOT NULL DEFAULT 0; -- which form its rows in the tables below have; 0: none yet
-- What has changed since, in the order of the changes.
CREATE INDEX services_changed_at_idx ON services (changed_at, id);
-- Services whose rows below are of an older form.
CREATE INDEX services_expanded_idx ON services (expanded, id);
-- A source's own services.
CREATE INDEX services_source_id_idx ON services (source_id) WHERE source_id IS NOT NULL;

-- An organisation belongs to the source that brought it: no other may say where its messages go.
ALTER TABLE organisations ADD COLUMN source_id uuid;
-- Organisations below one, and what has changed since.
CREATE INDEX organisations_parent_id_idx ON organisations ((document ->> 'parent_id'));
CREATE INDEX organisations_changed_at_idx ON organisations (changed_at, id);

-- The documents have one word for when an entry was assured and by whom.
UPDATE services SET document = (document - 'assured_date')
    || jsonb_build_object('assurance', jsonb_build_object('on', document ->> 'assured_date', 'by', 'source'))
WHERE document ? 'assured_date';
UPDATE services SET confirmed_on = (document #>> '{assurance,on}')::date;

-- The tables below repeat what stands in `document`, for filters. `position` is the place in the document's list.
CREATE TABLE service_openings (
    service_id uuid NOT NULL
        CONSTRAINT service_openings_service_id_fk REFERENCES services (id) ON DELETE CASCADE,
    position smallint NOT NULL,
    day smallint NOT NULL CONSTRAINT service_openings_day_ck CHECK (day BETWEEN 1 AND 7), -- 1 is Monday
    opens_at time,
    closes_at time,
    valid_from date,
    valid_to date,
    CONSTRAINT service_openings_pk PRIMARY KEY (service_id, position, day)
);
-- Services that are open on a day, from a time until a time.
CREATE INDEX service_openings_day_idx ON service_openings (day, opens_at, closes_at, service_id);

-- A link's id is its source's: another source may use it too.
CREATE TABLE service_locations (
    link_id uuid NOT NULL,
    service_id uuid NOT NULL
        CONSTRAINT service_locations_service_id_fk REFERENCES services (id) ON DELETE CASCADE,
    location_id uuid NOT NULL,
    kind text NOT NULL,
    latitude double precision,
    longitude double precision,
    position smallint NOT NULL,
    CONSTRAINT service_locations_pk PRIMARY KEY (link_id, service_id)
);
-- The locations of a service.
CREATE INDEX service_locations_service_id_idx ON service_locations (service_id);
-- Locations in a box of degrees; the circle within it is reckoned.
CREATE INDEX service_locations_at_idx ON service_locations (latitude, longitude);

CREATE TABLE service_terms (
    service_id uuid NOT NULL
        CONSTRAINT service_terms_service_id_fk REFERENCES services (id) ON DELETE CASCADE,
    term_id uuid NOT NULL,
    taxonomy_id uuid NOT NULL,
    CONSTRAINT service_terms_pk PRIMARY KEY (term_id, service_id)
);
-- The terms of a service, and services by a whole taxonomy.
CREATE INDEX service_terms_service_id_idx ON service_terms (service_id);
CREATE INDEX service_terms_taxonomy_id_idx ON service_terms (taxonomy_id, service_id);

-- Terms of other people's taxonomies, as they were first seen; ours stand in the code.
CREATE TABLE taxonomy_terms (
    id uuid CONSTRAINT taxonomy_terms_pk PRIMARY KEY,
    taxonomy_id uuid NOT NULL,
    taxonomy text,
    name text NOT NULL,
    description text NOT NULL,
    term text,
    uri text,
    parent_id uuid
);
-- The terms of a taxonomy, by name.
CREATE INDEX taxonomy_terms_taxonomy_id_idx ON taxonomy_terms (taxonomy_id, name, id);

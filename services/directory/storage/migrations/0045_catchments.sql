-- Where a service takes people from, out of its document: whoever asks by postcode reads this of every service, and
-- a whole document takes long to unpack.
ALTER TABLE services ADD COLUMN catchment jsonb GENERATED ALWAYS AS (document -> 'catchment') STORED;
-- Services that drew an area, which only arithmetic can answer for.
CREATE INDEX services_drawn_idx ON services (id)
    WHERE catchment -> 'circle' IS NOT NULL OR catchment -> 'outline' IS NOT NULL;

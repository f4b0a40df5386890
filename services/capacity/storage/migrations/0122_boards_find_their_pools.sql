-- Finds what an open board shows, each second: by whose it is, and by where it is.
CREATE INDEX pools_organisation_id_idx ON pools (organisation_id) WHERE NOT withdrawn;
CREATE INDEX pools_area_idx ON pools (area) WHERE NOT withdrawn;

-- Each time that somebody was turned away, waited or met a dead end: on which day, for what, by whom and why, and nothing
-- of who it was or of their case. Rows are added alone, so that counting holds nobody up.
CREATE TABLE turned_away (
    id bigint CONSTRAINT turned_away_pk PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    day date NOT NULL, -- in London
    area text NOT NULL,
    need text NOT NULL,
    kind text NOT NULL CONSTRAINT turned_away_kind_ck CHECK (kind IN ('declined', 'lapsed', 'waited', 'unmet')),
    reason text NOT NULL,
    organisation_id uuid, -- who said no, or nothing
    referring_organisation_id uuid, -- who referred
    number integer NOT NULL CONSTRAINT turned_away_number_ck CHECK (number > 0)
);
-- The figures of an area, or of an organisation, by day.
CREATE INDEX turned_away_area_idx ON turned_away (area, day);
CREATE INDEX turned_away_organisation_id_idx ON turned_away (organisation_id, day) WHERE organisation_id IS NOT NULL;
CREATE INDEX turned_away_referring_organisation_id_idx ON turned_away (referring_organisation_id, day)
    WHERE referring_organisation_id IS NOT NULL;
GRANT SELECT, INSERT ON turned_away TO referral_rounds;

-- That somebody was expected and did not come: by organisation, and by group for the area alone.
ALTER TABLE turned_away DROP CONSTRAINT turned_away_kind_ck;
ALTER TABLE turned_away ADD CONSTRAINT turned_away_kind_ck
    CHECK (kind IN ('declined', 'lapsed', 'waited', 'unmet', 'missed', 'missed-by-group'));

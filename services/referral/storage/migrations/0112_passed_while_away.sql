-- Who waited, and whom a group is asked about now, is away from the line: if nothing comes of it they come back to where they
-- stood. Places that others are given meanwhile count for them too. They are counted apart, since nobody who is away can
-- be held to come first; in the line both counts are one.
ALTER TABLE places_in_line
    ADD COLUMN away_at timestamptz, -- since when; null while they wait, and when it is over
    ADD COLUMN overtaken_away integer NOT NULL DEFAULT 0
        CONSTRAINT places_in_line_overtaken_away_ck CHECK (overtaken_away >= 0);
CREATE INDEX places_in_line_away_at_idx ON places_in_line (need) WHERE away_at IS NOT NULL;
CREATE OR REPLACE VIEW waiting_line AS
SELECT l.leg_id, l.need, l.wants, l.received_at, l.state,
    ARRAY(SELECT t.pool_id FROM tried_pools t LEFT JOIN copied_signals g USING (pool_id)
        WHERE t.leg_id = l.leg_id AND (g.confirmed_at > t.said_at) IS NOT TRUE) AS tried,
    l.area,
    coalesce((SELECT p.overtaken + p.overtaken_away FROM places_in_line p WHERE p.leg_id = l.leg_id), 0) AS overtaken
FROM legs l WHERE l.state = 'waiting';
-- That there is somebody, over all areas, by the ids of legs alone. The view reads with the rights of its owner.
CREATE VIEW away_from_line AS SELECT leg_id, need FROM places_in_line WHERE away_at IS NOT NULL;
GRANT SELECT ON away_from_line TO referral_rounds;

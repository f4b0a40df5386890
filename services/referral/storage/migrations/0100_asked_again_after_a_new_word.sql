-- Who had no space for somebody, or did not answer, may be asked again once they have said their space anew. A doubt of a
-- word, or its decay, is a version of its own and no word of theirs: the moment of the word decides.
ALTER TABLE copied_signals ADD COLUMN confirmed_at timestamptz; -- when its provider last spoke of it
ALTER TABLE tried_pools ADD COLUMN said_at timestamptz; -- the word that stood then, and has to be followed by another; null: never again

-- `tried` are the pools that a leg is not given now.
CREATE OR REPLACE VIEW waiting_line AS
SELECT l.leg_id, l.need, l.wants, l.received_at, l.state,
    ARRAY(SELECT t.pool_id FROM tried_pools t LEFT JOIN copied_signals g USING (pool_id)
        WHERE t.leg_id = l.leg_id AND (g.confirmed_at > t.said_at) IS NOT TRUE) AS tried,
    l.area,
    coalesce((SELECT p.overtaken FROM places_in_line p WHERE p.leg_id = l.leg_id), 0) AS overtaken
FROM legs l WHERE l.state = 'waiting';

CREATE OR REPLACE VIEW suited_in_line AS
SELECT l.leg_id, l.area, served.pool_id, last.decided_at
FROM copied_services s
CROSS JOIN LATERAL unnest(s.pool_ids) AS served (pool_id)
JOIN legs l ON l.state = 'waiting' AND s.needs @> ARRAY[l.need] AND (s.everywhere OR s.areas @> ARRAY[l.area])
CROSS JOIN LATERAL (
    SELECT d.decision, d.decided_at FROM routing_decisions d WHERE d.leg_id = l.leg_id ORDER BY d.id DESC LIMIT 1
) AS last
WHERE NOT s.withdrawn
    AND NOT EXISTS (SELECT FROM tried_pools t LEFT JOIN copied_signals g USING (pool_id)
        WHERE t.leg_id = l.leg_id AND t.pool_id = served.pool_id AND (g.confirmed_at > t.said_at) IS NOT TRUE)
    AND NOT EXISTS (
        SELECT FROM unwanted_services u WHERE u.person_id = l.person_id AND u.service_id = s.service_id)
    AND last.decision -> 'candidates' @> jsonb_build_array(
        jsonb_build_object('pool_id', served.pool_id, 'service_version', s.version));

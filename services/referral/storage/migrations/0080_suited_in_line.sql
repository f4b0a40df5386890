-- For the checker: which pools suited those who wait when it was last decided where they go, as far as nothing that
-- decides it has changed since. Ids and a moment alone: what each wants stays here. The cheap test comes first, so
-- that few decisions are read.
CREATE POLICY routing_decisions_in_line ON routing_decisions FOR SELECT TO CURRENT_USER USING (true);
CREATE VIEW suited_in_line AS
SELECT l.leg_id, l.area, served.pool_id, last.decided_at
FROM copied_services s
CROSS JOIN LATERAL unnest(s.pool_ids) AS served (pool_id)
JOIN legs l ON l.state = 'waiting' AND s.needs @> ARRAY[l.need] AND (s.everywhere OR s.areas @> ARRAY[l.area])
CROSS JOIN LATERAL (
    SELECT d.decision, d.decided_at FROM routing_decisions d WHERE d.leg_id = l.leg_id ORDER BY d.id DESC LIMIT 1
) AS last
WHERE NOT s.withdrawn
    AND NOT EXISTS (SELECT FROM tried_pools t WHERE t.leg_id = l.leg_id AND t.pool_id = served.pool_id)
    AND NOT EXISTS (
        SELECT FROM unwanted_services u WHERE u.person_id = l.person_id AND u.service_id = s.service_id)
    AND last.decision -> 'candidates' @> jsonb_build_array(
        jsonb_build_object('pool_id', served.pool_id, 'service_version', s.version));
GRANT SELECT ON suited_in_line TO kith_checker;

-- By pool of an event the day of it, after which nobody is sent there. What a service is today it says with its next state.
ALTER TABLE copied_services ADD COLUMN event_days jsonb NOT NULL DEFAULT '{}';

-- Who waits beside an event that is over waits beside nothing.
CREATE OR REPLACE VIEW suited_in_line AS
SELECT l.leg_id, l.area, served.pool_id, last.decided_at
FROM copied_services s
CROSS JOIN LATERAL unnest(s.pool_ids) AS served (pool_id)
JOIN legs l ON l.state = 'waiting' AND s.needs @> ARRAY[l.need] AND (s.everywhere OR s.areas @> ARRAY[l.area])
CROSS JOIN LATERAL (
    SELECT d.decision, d.decided_at FROM routing_decisions d WHERE d.leg_id = l.leg_id ORDER BY d.id DESC LIMIT 1
) AS last
WHERE NOT s.withdrawn
    AND ((s.event_days ->> served.pool_id::text)::date < (now() AT TIME ZONE 'Europe/London')::date) IS NOT TRUE
    AND NOT EXISTS (SELECT FROM tried_pools t LEFT JOIN copied_signals g USING (pool_id)
        WHERE t.leg_id = l.leg_id AND t.pool_id = served.pool_id AND (g.confirmed_at > t.said_at) IS NOT TRUE)
    AND NOT EXISTS (
        SELECT FROM unwanted_services u WHERE u.person_id = l.person_id AND u.service_id = s.service_id)
    AND last.decision -> 'candidates' @> jsonb_build_array(
        jsonb_build_object('pool_id', served.pool_id, 'service_version', s.version));

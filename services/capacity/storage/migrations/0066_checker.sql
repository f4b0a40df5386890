-- The checker compares places with the legs that they are for, from outside of this service: ids, states and moments.
GRANT USAGE ON SCHEMA public TO kith_checker;
GRANT SELECT (request_id, pool_id, leg_id, area, state, changed_at) ON place_holds TO kith_checker;
GRANT SELECT (pool_id, held, taken) ON pools TO kith_checker;
CREATE POLICY place_holds_for_checker ON place_holds FOR SELECT TO kith_checker USING (true);

-- A pool that said no to a leg, or did not answer, is not asked for it again, or not before it has said its space anew. Whoever routes knows this from what it read;
-- what was written since is caught here: the transaction fails and is tried again by what is known then. To say the
-- same request again is no second asking.
CREATE FUNCTION leg_asks_where_it_did_not_ask() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.tried_pools t LEFT JOIN public.copied_signals g USING (pool_id)
            WHERE t.leg_id = NEW.leg_id AND t.pool_id = NEW.pool_id AND (g.confirmed_at > t.said_at) IS NOT TRUE)
        AND NOT EXISTS (SELECT FROM public.legs WHERE leg_id = NEW.leg_id AND request_id = NEW.request_id)
    THEN
        RAISE EXCEPTION 'this pool was tried for the leg' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER legs_ask_where_they_did_not_ask BEFORE INSERT OR UPDATE ON legs
FOR EACH ROW WHEN (NEW.state = 'requested') EXECUTE FUNCTION leg_asks_where_it_did_not_ask();

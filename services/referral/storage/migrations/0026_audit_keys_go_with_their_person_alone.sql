-- A key is never changed, and goes in one way: with its person, in the transaction that records the erasure and leaves
-- word of the key's end in the trail. Tables are named with their schema, so that a temporary one cannot stand in.
REVOKE UPDATE, TRUNCATE ON audit_keys FROM referral;
CREATE FUNCTION audit_key_may_go() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.people WHERE person_id = OLD.subject)
        OR NOT EXISTS (SELECT FROM public.erasures WHERE person_id = OLD.subject)
        OR NOT EXISTS (
            SELECT FROM public.audit_records
            WHERE key_id = OLD.key_id
              AND actor_tag = substr(sha256('kith audit key destroyed'::bytea), 1, 16))
    THEN
        RAISE EXCEPTION 'a key of the audit trail goes with its person alone' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER audit_keys_go_with_their_person BEFORE DELETE ON audit_keys
FOR EACH ROW EXECUTE FUNCTION audit_key_may_go();

-- Services that a person has said no to. They are kept for the person, not for a need, and nothing takes one away but
-- the person's own erasure.
CREATE TABLE unwanted_services (
    person_id uuid NOT NULL,
    service_id uuid NOT NULL,
    area text NOT NULL,
    said_by text NOT NULL CONSTRAINT unwanted_services_said_by_ck CHECK (said_by IN ('person', 'staff', 'system')),
    said_at timestamptz NOT NULL,
    CONSTRAINT unwanted_services_pk PRIMARY KEY (person_id, service_id)
);
ALTER TABLE unwanted_services ENABLE ROW LEVEL SECURITY;
ALTER TABLE unwanted_services FORCE ROW LEVEL SECURITY;
CREATE POLICY unwanted_services_by_area ON unwanted_services USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY unwanted_services_not_for_organisations ON unwanted_services AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);
CREATE POLICY unwanted_services_for_rounds ON unwanted_services FOR SELECT TO referral_rounds USING (true);
GRANT SELECT ON unwanted_services TO referral_rounds;

-- What those in the line do not want, by ids of legs alone, for whoever looks along it (as `waiting_line`).
CREATE POLICY unwanted_services_in_line ON unwanted_services FOR SELECT TO CURRENT_USER USING (true);
CREATE VIEW unwanted_in_line AS
SELECT l.leg_id, u.service_id FROM legs l JOIN unwanted_services u USING (person_id) WHERE l.state = 'waiting';
GRANT SELECT ON unwanted_in_line TO referral_rounds;

-- Whoever routes reads what is not wanted before it locks the leg. What was said in between is caught here: the
-- transaction fails and is tried again by what is known then. No way of routing, of now or later, gets past it.
CREATE FUNCTION leg_asks_for_what_is_wanted() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.unwanted_services
               WHERE person_id = NEW.person_id AND service_id = NEW.service_id)
    THEN
        RAISE EXCEPTION 'the person does not want this service' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER legs_ask_for_what_is_wanted BEFORE INSERT OR UPDATE ON legs
FOR EACH ROW WHEN (NEW.state = 'requested') EXECUTE FUNCTION leg_asks_for_what_is_wanted();

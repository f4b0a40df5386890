-- What somebody who waits was shown meanwhile and does not want: it is not shown again. Their place in the line stays.
CREATE TABLE declined_meanwhile (
    leg_id uuid NOT NULL,
    service_id uuid NOT NULL,
    area text NOT NULL,
    declined_at timestamptz NOT NULL,
    CONSTRAINT declined_meanwhile_pk PRIMARY KEY (leg_id, service_id)
);
ALTER TABLE declined_meanwhile ENABLE ROW LEVEL SECURITY;
ALTER TABLE declined_meanwhile FORCE ROW LEVEL SECURITY;
CREATE POLICY declined_meanwhile_by_area ON declined_meanwhile
    USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY declined_meanwhile_not_for_organisations ON declined_meanwhile AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);

-- Days with places that people can be invited to, as the directory tells them. A pool of an event may have no day of its own.
CREATE TABLE event_pools (
    pool_id uuid CONSTRAINT event_pools_pk PRIMARY KEY,
    service_id uuid NOT NULL,
    starts_on date
);
CREATE INDEX event_pools_service_id_idx ON event_pools (service_id);

-- Who may be invited to events: nobody without a row, and nobody who took it back.
CREATE TABLE event_consents (
    person_id uuid CONSTRAINT event_consents_pk PRIMARY KEY,
    area text NOT NULL,
    given_by text NOT NULL CONSTRAINT event_consents_given_by_ck CHECK (given_by IN ('person', 'referrer')),
    given_at timestamptz NOT NULL,
    taken_back_at timestamptz
);
ALTER TABLE event_consents ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_consents FORCE ROW LEVEL SECURITY;
CREATE POLICY event_consents_by_area ON event_consents USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY event_consents_not_for_organisations ON event_consents AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);

-- Each time that staff of an area invited people with a need to an event. A row of it is about nobody in particular.
CREATE TABLE invitations (
    invitation_id uuid CONSTRAINT invitations_pk PRIMARY KEY,
    area text NOT NULL,
    need text NOT NULL,
    group_code text,
    service_id uuid NOT NULL,
    pool_id uuid NOT NULL,
    starts_on date,
    invited_by uuid NOT NULL,
    invited_at timestamptz NOT NULL
);
CREATE INDEX invitations_area_idx ON invitations (area, invited_at);
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY invitations_by_area ON invitations USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY invitations_not_for_organisations ON invitations AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);

-- Who was invited, and what they said. An invitation holds no place.
CREATE TABLE invited_people (
    invitation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    referral_id uuid NOT NULL,
    area text NOT NULL,
    pool_id uuid NOT NULL,
    starts_on date,
    invited_at timestamptz NOT NULL,
    answer text CONSTRAINT invited_people_answer_ck CHECK (answer IN ('yes', 'no', 'full')),
    answered_at timestamptz,
    leg_id uuid, -- by which their place is asked for, once they said yes
    CONSTRAINT invited_people_pk PRIMARY KEY (invitation_id, person_id),
    CONSTRAINT invited_people_leg_ck CHECK (answer = 'yes' OR leg_id IS NULL)
);
-- Nobody is invited to one event twice, whoever presses how often; to its next day they may be.
CREATE UNIQUE INDEX invited_people_once_uq ON invited_people (pool_id, person_id, coalesce(starts_on, '-infinity'::date));
CREATE INDEX invited_people_person_idx ON invited_people (person_id);
ALTER TABLE invited_people ENABLE ROW LEVEL SECURITY;
ALTER TABLE invited_people FORCE ROW LEVEL SECURITY;
CREATE POLICY invited_people_by_area ON invited_people USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY invited_people_not_for_organisations ON invited_people AS RESTRICTIVE
    USING ((SELECT current_organisations()) IS NULL);

-- How many of all areas have not answered yet, by event: places are promised to a multiple of them and no more. The view
-- reads with the rights of its owner, and shows no id of anybody.
CREATE POLICY invited_people_outstanding ON invited_people FOR SELECT TO CURRENT_USER USING (true);
CREATE VIEW invitations_outstanding AS
SELECT pool_id, starts_on, count(*)::integer AS people FROM invited_people WHERE answer IS NULL
GROUP BY pool_id, starts_on;

-- A leg that asks for a place at an event somebody was invited to. It goes nowhere else.
ALTER TABLE legs ADD COLUMN invitation_id uuid;

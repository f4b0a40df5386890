-- What the log has told of referrals: a read model, made again from the log at any time.
CREATE TABLE referrals (
    referral_id uuid CONSTRAINT referrals_pk PRIMARY KEY,
    person_id uuid NOT NULL,
    area text NOT NULL,
    door text NOT NULL,
    needs integer NOT NULL,
    received_on date NOT NULL -- the day in London
);
-- The summary reads by day and borough.
CREATE INDEX referrals_received_on_area_idx ON referrals (received_on, area);

CREATE TABLE legs (
    leg_id uuid CONSTRAINT legs_pk PRIMARY KEY,
    referral_id uuid NOT NULL CONSTRAINT legs_referral_id_fk REFERENCES referrals,
    person_id uuid NOT NULL,
    area text NOT NULL,
    need text NOT NULL,
    state text NOT NULL CONSTRAINT legs_state_ck CHECK (state IN (
        'matching', 'waiting', 'offered', 'accepted', 'started', 'completed', 'withdrawn', 'unmet')),
    service_id uuid,
    waited_at timestamptz,
    accepted_at timestamptz,
    started_at timestamptz,
    completed_at timestamptz,
    withdrawn_at timestamptz,
    unmet_at timestamptz,
    unmet_reason text,
    declines integer NOT NULL DEFAULT 0,
    lapses integer NOT NULL DEFAULT 0
);
CREATE INDEX legs_referral_id_idx ON legs (referral_id);

-- Services by name, as the directory last published them.
CREATE TABLE copied_services (
    service_id uuid CONSTRAINT copied_services_pk PRIMARY KEY,
    version bigint NOT NULL,
    name text NOT NULL,
    area text,
    sensitive boolean NOT NULL,
    withdrawn boolean NOT NULL DEFAULT false
);

-- People, who refers them, their referrals and the legs of each: one leg a need.

CREATE TABLE people (
    person_id uuid CONSTRAINT people_pk PRIMARY KEY,
    area text NOT NULL,
    given_name text NOT NULL,
    family_name text NOT NULL,
    date_of_birth date NOT NULL,
    nhs_number text CONSTRAINT people_nhs_number_ck CHECK (nhs_number ~ '^[0-9]{10}$'),
    email text,
    phone text,
    language text NOT NULL,
    sex text CONSTRAINT people_sex_ck CHECK (sex IN ('female', 'male')),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE referrers (
    referrer_id uuid CONSTRAINT referrers_pk PRIMARY KEY,
    kind text NOT NULL CONSTRAINT referrers_kind_ck CHECK (kind IN ('practice')),
    practice_code text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT referrers_practice_code_email_name_uq UNIQUE (practice_code, email, name)
);

CREATE TABLE referrals (
    referral_id uuid CONSTRAINT referrals_pk PRIMARY KEY,
    reference text NOT NULL CONSTRAINT referrals_reference_uq UNIQUE,
    person_id uuid NOT NULL CONSTRAINT referrals_person_id_fk REFERENCES people,
    area text NOT NULL,
    door text NOT NULL CONSTRAINT referrals_door_ck CHECK (door IN ('gp', 'self')),
    received_at timestamptz NOT NULL,
    referrer_id uuid CONSTRAINT referrals_referrer_id_fk REFERENCES referrers,
    consent_at timestamptz NOT NULL,
    risks text NOT NULL CONSTRAINT referrals_risks_ck CHECK (risks IN ('none-known', 'yes-contact-referrer'))
);
CREATE INDEX referrals_person_id_idx ON referrals (person_id);

CREATE TABLE legs (
    leg_id uuid CONSTRAINT legs_pk PRIMARY KEY,
    referral_id uuid NOT NULL CONSTRAINT legs_referral_id_fk REFERENCES referrals,
    person_id uuid NOT NULL,
    area text NOT NULL,
    need text NOT NULL,
    wants jsonb NOT NULL, -- the constraints: codes and an age in years
    received_at timestamptz NOT NULL,
    state text NOT NULL CONSTRAINT legs_state_ck CHECK (state IN (
        'matching', 'waiting', 'requested', 'offered', 'accepting', 'accepted',
        'started', 'completed', 'withdrawn', 'unmet')),
    request_id uuid CONSTRAINT legs_request_id_uq UNIQUE,
    pool_id uuid,
    service_id uuid,
    organisation_id uuid,
    waiting_since timestamptz,
    offered_at timestamptz,
    answer_by timestamptz,
    reason text,
    version integer NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT legs_referral_id_need_uq UNIQUE (referral_id, need),
    CONSTRAINT legs_placement_ck CHECK (num_nulls(request_id, pool_id, service_id, organisation_id) IN (0, 4)),
    CONSTRAINT legs_place_by_state_ck CHECK (
        request_id IS NOT NULL
        OR state NOT IN ('requested', 'offered', 'accepting', 'accepted', 'started', 'completed')),
    CONSTRAINT legs_answer_by_ck CHECK (state <> 'offered' OR answer_by IS NOT NULL)
);
-- The waiting list, in the order of the line.
CREATE INDEX legs_waiting_idx ON legs (need, received_at, leg_id) WHERE state = 'waiting';
-- Offers that fall due.
CREATE INDEX legs_answer_by_idx ON legs (answer_by) WHERE state = 'offered';
-- Legs that a crash left half-way.
CREATE INDEX legs_matching_idx ON legs (received_at) WHERE state = 'matching';

CREATE TABLE leg_history (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT leg_history_pk PRIMARY KEY,
    leg_id uuid NOT NULL,
    area text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    reason text,
    request_id uuid,
    service_id uuid,
    happened_at timestamptz NOT NULL
);
CREATE INDEX leg_history_leg_id_idx ON leg_history (leg_id, id);
-- What became of an offer whose leg has gone on.
CREATE INDEX leg_history_request_id_idx ON leg_history (request_id, id) WHERE request_id IS NOT NULL;

-- Pools that a leg does not go to again.
CREATE TABLE tried_pools (
    leg_id uuid NOT NULL,
    pool_id uuid NOT NULL,
    area text NOT NULL,
    outcome text NOT NULL,
    signal_version bigint NOT NULL DEFAULT 0,
    tried_at timestamptz NOT NULL,
    CONSTRAINT tried_pools_pk PRIMARY KEY (leg_id, pool_id)
);

-- Each decision of the router with all that it was made on.
CREATE TABLE routing_decisions (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT routing_decisions_pk PRIMARY KEY,
    leg_id uuid NOT NULL,
    area text NOT NULL,
    outcome text NOT NULL CONSTRAINT routing_decisions_outcome_ck CHECK (outcome IN ('request', 'wait', 'unmet')),
    decision jsonb NOT NULL,
    decided_at timestamptz NOT NULL
);
CREATE INDEX routing_decisions_leg_id_idx ON routing_decisions (leg_id, id);

-- Follow-ups that outcomes has settled. Closing a referral will ask for them.
CREATE TABLE settled_follow_ups (
    follow_up_id uuid CONSTRAINT settled_follow_ups_pk PRIMARY KEY,
    leg_id uuid NOT NULL,
    area text,
    occasion text NOT NULL,
    settled_by text NOT NULL,
    settled_at timestamptz NOT NULL
);
CREATE INDEX settled_follow_ups_leg_id_idx ON settled_follow_ups (leg_id);

-- Who takes part by signing in. `version` grows with every change of what the member may do, and with every
-- revocation: a token with a lesser one is refused everywhere.
CREATE TABLE members (
    id uuid CONSTRAINT members_pk PRIMARY KEY,
    issuer text NOT NULL,
    subject text NOT NULL,
    display_name text NOT NULL,
    email text, -- stays in this database
    version bigint NOT NULL DEFAULT 1,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT members_issuer_subject_uq UNIQUE (issuer, subject)
);

-- Roles, each in an area and, where the role is held in one, an organisation. Ended ones stay as history.
CREATE TABLE memberships (
    id uuid CONSTRAINT memberships_pk PRIMARY KEY,
    member_id uuid NOT NULL CONSTRAINT memberships_member_id_fk REFERENCES members (id),
    role text NOT NULL CONSTRAINT memberships_role_ck CHECK (role IN (
        'referrer', 'link-worker', 'provider-staff', 'volunteer', 'signposter',
        'coordinator', 'commissioner', 'auditor', 'operator')),
    area text,
    organisation_id uuid, -- a practice is no organisation of the directory, so this refers to nothing
    held_from timestamptz NOT NULL DEFAULT now(),
    held_to timestamptz,
    end_said boolean NOT NULL DEFAULT false,
    given_by uuid CONSTRAINT memberships_given_by_fk REFERENCES members (id),
    ended_by uuid CONSTRAINT memberships_ended_by_fk REFERENCES members (id),
    CONSTRAINT memberships_place_ck CHECK (
        (role = 'operator') = (area IS NULL)
        AND (role IN ('referrer', 'provider-staff', 'volunteer')) = (organisation_id IS NOT NULL)),
    CONSTRAINT memberships_held_ck CHECK (held_to IS NULL OR held_to >= held_from)
);
CREATE INDEX memberships_member_id_idx ON memberships (member_id);
-- The list of an area's members.
CREATE INDEX memberships_area_idx ON memberships (area);
-- Memberships whose day has come and of which nobody has heard yet.
CREATE INDEX memberships_held_to_idx ON memberships (held_to) WHERE NOT end_said;

-- Signed-in browsers. The cookie's secret is known here by its hash alone; `id` is in tokens and opens nothing.
CREATE TABLE sessions (
    id uuid CONSTRAINT sessions_pk PRIMARY KEY,
    secret_sha256 bytea NOT NULL CONSTRAINT sessions_secret_sha256_uq UNIQUE,
    member_id uuid NOT NULL CONSTRAINT sessions_member_id_fk REFERENCES members (id),
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    authenticated_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX sessions_member_id_idx ON sessions (member_id);
-- Finds what is old enough to go.
CREATE INDEX sessions_created_at_idx ON sessions (created_at);

-- A lead provider and those below it: which roles held above count below as well.
CREATE TABLE organisation_parents (
    child_id uuid CONSTRAINT organisation_parents_pk PRIMARY KEY,
    parent_id uuid NOT NULL,
    passes_down text[] NOT NULL,
    declared_by uuid CONSTRAINT organisation_parents_declared_by_fk REFERENCES members (id),
    CONSTRAINT organisation_parents_ck CHECK (child_id <> parent_id)
);
CREATE INDEX organisation_parents_parent_id_idx ON organisation_parents (parent_id);

-- Systems that call with a token of their own.
CREATE TABLE clients (
    id uuid CONSTRAINT clients_pk PRIMARY KEY,
    name text NOT NULL CONSTRAINT clients_name_uq UNIQUE,
    scopes text[] NOT NULL,
    areas text[] NOT NULL DEFAULT '{}',
    organisation_id uuid,
    version bigint NOT NULL DEFAULT 1,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT clients_bound_ck CHECK (cardinality(areas) > 0 OR organisation_id IS NOT NULL)
);
-- Two secrets at a time, so that one can be changed without a pause.
CREATE TABLE client_secrets (
    client_id uuid NOT NULL CONSTRAINT client_secrets_client_id_fk REFERENCES clients (id),
    place smallint NOT NULL CONSTRAINT client_secrets_place_ck CHECK (place IN (1, 2)),
    secret_sha256 bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT client_secrets_pk PRIMARY KEY (client_id, place)
);

-- What the other services keep as a copy is here the truth itself.
CREATE VIEW copied_members AS
SELECT id AS member_id, version, active FROM members
UNION ALL
SELECT id, version, active FROM clients;

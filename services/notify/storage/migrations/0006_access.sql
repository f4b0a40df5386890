-- The tables of access, the same in every service but directory, whose members are its own.

-- Who may still come in, as the directory last said: ids and versions alone.
CREATE TABLE copied_members (
    member_id uuid CONSTRAINT copied_members_pk PRIMARY KEY,
    version bigint NOT NULL,
    active boolean NOT NULL
);

-- Signed links that were taken back one by one, and acts that a link does once; both are kept until the link's end.
CREATE TABLE revoked_links (
    link_id uuid CONSTRAINT revoked_links_pk PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE TABLE used_links (
    link_id uuid CONSTRAINT used_links_pk PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
-- All links about a subject that were made before a moment.
CREATE TABLE link_subjects (
    subject uuid CONSTRAINT link_subjects_pk PRIMARY KEY,
    links_valid_from timestamptz NOT NULL
);

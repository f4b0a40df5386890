-- What the directory's own signed links need: those taken back, acts done once, all links about a subject until a moment.
CREATE TABLE revoked_links (
    link_id uuid CONSTRAINT revoked_links_pk PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE TABLE used_links (
    link_id uuid CONSTRAINT used_links_pk PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE TABLE link_subjects (
    subject uuid CONSTRAINT link_subjects_pk PRIMARY KEY,
    links_valid_from timestamptz NOT NULL
);

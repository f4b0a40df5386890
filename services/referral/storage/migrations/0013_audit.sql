-- The audit trail: who read or wrote whose record, and why.

-- A key for each person, and one for each area where a record is about nobody in particular. Without its key a
-- record can neither be read nor be tied to a person. Wrapped by a key that this database never holds.
CREATE TABLE audit_keys (
    subject uuid CONSTRAINT audit_keys_pk PRIMARY KEY,
    key_id uuid NOT NULL CONSTRAINT audit_keys_key_id_uq UNIQUE,
    area text NOT NULL,
    wrapped bytea NOT NULL,
    wrapped_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Written in the transaction of the read or write, never changed and never deleted. The lengths are fixed, because
-- the parts of a record stand one after another in what its hash covers.
CREATE TABLE audit_records (
    record_id uuid CONSTRAINT audit_records_pk PRIMARY KEY, -- UUIDv7, of the moment in recorded_at
    area text NOT NULL CONSTRAINT audit_records_area_ck CHECK (area ~ '^[A-Z][0-9]{8}$'),
    recorded_at timestamptz NOT NULL,
    key_id uuid NOT NULL,
    actor_tag bytea NOT NULL CONSTRAINT audit_records_actor_tag_ck CHECK (octet_length(actor_tag) = 16),
    body bytea NOT NULL -- AES-GCM: nonce and ciphertext
);
-- What was recorded in an area, of a person, by somebody; newest first.
CREATE INDEX audit_records_area_record_id_idx ON audit_records (area, record_id);
CREATE INDEX audit_records_key_id_record_id_idx ON audit_records (key_id, record_id);
CREATE INDEX audit_records_actor_tag_record_id_idx ON audit_records (actor_tag, record_id);

-- Records that stand in no chain yet. There is no cursor: what commits late is simply still here.
CREATE TABLE audit_unsealed (
    record_id uuid CONSTRAINT audit_unsealed_pk PRIMARY KEY,
    area text NOT NULL
);
CREATE INDEX audit_unsealed_area_record_id_idx ON audit_unsealed (area, record_id);

CREATE TABLE audit_chain (
    area text NOT NULL,
    position bigint NOT NULL,
    record_id uuid NOT NULL CONSTRAINT audit_chain_record_id_uq UNIQUE,
    record_sha256 bytea NOT NULL CONSTRAINT audit_chain_record_sha256_ck CHECK (octet_length(record_sha256) = 32),
    previous_hash bytea NOT NULL CONSTRAINT audit_chain_previous_hash_ck CHECK (octet_length(previous_hash) = 32),
    hash bytea NOT NULL CONSTRAINT audit_chain_hash_ck CHECK (octet_length(hash) = 32),
    sealed_at timestamptz NOT NULL,
    CONSTRAINT audit_chain_pk PRIMARY KEY (area, position)
);

-- What the service itself could never do needs no watching: it adds records and links, and takes none away.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_records, audit_chain FROM referral;

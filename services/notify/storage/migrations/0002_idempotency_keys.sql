-- One row per creating request, so that the same request sent twice creates once.
-- Holds no personal data: the request as its SHA-256, the response as ids and codes.
CREATE TABLE idempotency_keys (
    route text NOT NULL,
    caller text NOT NULL,
    key text NOT NULL,
    request_sha256 bytea NOT NULL,
    response_status smallint,
    response_body jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pk PRIMARY KEY (route, caller, key)
);

-- Old keys are forgotten in order of age.
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);

-- Ways in which a list went out besides the one it was made for, each counted once.
CREATE TABLE prescription_ways (
    prescription_id uuid NOT NULL
        CONSTRAINT prescription_ways_prescription_id_fk REFERENCES prescriptions (id) ON DELETE CASCADE,
    how text NOT NULL CONSTRAINT prescription_ways_how_ck CHECK (how IN ('email', 'text')),
    given_at timestamptz NOT NULL,
    CONSTRAINT prescription_ways_pk PRIMARY KEY (prescription_id, how)
);
-- Mails of lists. The address is sealed, and gone when the mail has gone or after a day; the row stays, to count.
CREATE TABLE list_emails (
    id uuid CONSTRAINT list_emails_pk PRIMARY KEY, -- the recipient that notify asks for
    prescription_id uuid NOT NULL
        CONSTRAINT list_emails_prescription_id_fk REFERENCES prescriptions (id) ON DELETE CASCADE,
    language text NOT NULL,
    kid text,
    wrapped_key bytea,
    sealed bytea,
    asked_at timestamptz NOT NULL,
    ended text CONSTRAINT list_emails_ended_ck CHECK (ended IN ('sent', 'failed', 'too-late')),
    ended_at timestamptz,
    CONSTRAINT list_emails_address_ck CHECK (
        (ended IS NULL) = (ended_at IS NULL) AND (ended IS NULL) = (sealed IS NOT NULL)
        AND (sealed IS NULL) = (wrapped_key IS NULL) AND (sealed IS NULL) = (kid IS NULL))
);
-- The mails of one list, and what somebody has sent in a day.
CREATE INDEX list_emails_prescription_id_idx ON list_emails (prescription_id);
CREATE INDEX prescriptions_given_by_idx ON prescriptions (given_by);
-- Addresses that are still here, the oldest first.
CREATE INDEX list_emails_asked_at_idx ON list_emails (asked_at) WHERE ended IS NULL;

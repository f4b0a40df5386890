-- What was to be told to whom, by ids and codes, and whether it was. Names, addresses, texts and links are
-- asked for at the moment of sending and kept nowhere.
CREATE TABLE messages (
    message_id uuid CONSTRAINT messages_pk PRIMARY KEY, -- also the mail's Message-ID
    event_id uuid NOT NULL,
    area text, -- null where the message is about no person
    recipient_kind text NOT NULL CONSTRAINT messages_recipient_kind_ck
        CHECK (recipient_kind IN ('person', 'referrer', 'organisation')),
    recipient_id uuid NOT NULL,
    template text NOT NULL,
    channel text NOT NULL DEFAULT 'email',
    link_purpose text NOT NULL,
    link_subject uuid NOT NULL,
    service_id uuid,
    state text NOT NULL DEFAULT 'pending' CONSTRAINT messages_state_ck
        CHECK (state IN ('pending', 'sending', 'sent', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    sending_since timestamptz,
    settled_at timestamptz,
    failure_reason text,
    traceparent text,
    created_at timestamptz NOT NULL,
    -- One message once per event, whatever is redelivered; a service can have several things that fill up.
    CONSTRAINT messages_event_id_template_recipient_id_uq
        UNIQUE (event_id, template, recipient_id, link_subject)
);
-- Finds what is due, and what was being sent when a process ended.
CREATE INDEX messages_due_at_idx ON messages (due_at) WHERE state IN ('pending', 'sending');
CREATE INDEX messages_created_at_idx ON messages (created_at);

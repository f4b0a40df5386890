-- The messaging tables, the same in every service. The first migration of each holds this text unchanged.

-- Events that are committed and not yet published. The relay deletes a row once Kafka has it: the topic is
-- the record, and a small table stays fast.
CREATE TABLE outbox_events (
    seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT outbox_events_pk PRIMARY KEY,
    topic text NOT NULL,
    message_key text NOT NULL,
    headers text NOT NULL, -- JSON that nobody queries: text saves parsing it twice
    payload bytea NOT NULL, -- the exact bytes; jsonb would rewrite them
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Who leads the relay. A leader that left without saying so may still have a request under way.
CREATE TABLE outbox_leader (
    only_row boolean CONSTRAINT outbox_leader_pk PRIMARY KEY DEFAULT true CHECK (only_row),
    left_cleanly boolean NOT NULL
);
INSERT INTO outbox_leader (left_cleanly) VALUES (true);

-- Events that a consumer has taken charge of: the key makes a second delivery a no-op.
CREATE TABLE inbox_events (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    processed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT inbox_events_pk PRIMARY KEY (consumer, event_id)
);
-- Finds what is old enough to go.
CREATE INDEX inbox_events_processed_at_idx ON inbox_events (processed_at);

-- Events that could not be handled yet: to be retried when due, parked behind an earlier one of their key,
-- or dead until a person replays or drops them.
CREATE TABLE deferred_events (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT deferred_events_pk PRIMARY KEY,
    consumer text NOT NULL,
    order_key text, -- null where nothing has to wait behind this event
    status text NOT NULL CONSTRAINT deferred_events_status_ck CHECK (status IN ('retry', 'parked', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL,
    handler text,
    event_type text,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    message_key bytea,
    headers jsonb NOT NULL,
    payload bytea,
    deferred_at timestamptz NOT NULL DEFAULT now(),
    -- A record that cannot be read has no event id for the inbox: its place in Kafka stands for it.
    CONSTRAINT deferred_events_consumer_topic_partition_offset_uq UNIQUE (consumer, topic, partition, "offset")
);
-- Finds the first event of a key, and whether a key is blocked at all.
CREATE INDEX deferred_events_consumer_order_key_id_idx ON deferred_events (consumer, order_key, id);
-- Finds what is due. Parked rows stay out of it: there may be very many, and they are not tried before they are released.
CREATE INDEX deferred_events_due_at_id_idx ON deferred_events (due_at, id) WHERE status = 'retry';

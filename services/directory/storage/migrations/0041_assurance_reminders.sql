-- How often an organisation was asked whether an entry is still right, since it was last said to be so.
CREATE TABLE assurance_reminders (
    service_id uuid NOT NULL
        CONSTRAINT assurance_reminders_service_id_fk REFERENCES services (id) ON DELETE CASCADE,
    due_on date NOT NULL,
    step smallint NOT NULL,
    said_at timestamptz NOT NULL,
    CONSTRAINT assurance_reminders_pk PRIMARY KEY (service_id, due_on, step)
);

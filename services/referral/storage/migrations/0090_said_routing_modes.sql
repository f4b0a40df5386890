-- Each word of an area on how it routes, in order: who said it, and when. `routing_modes` is the last one.
CREATE TABLE said_routing_modes (
    id bigint CONSTRAINT said_routing_modes_pk PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    area text NOT NULL,
    mode text NOT NULL CONSTRAINT said_routing_modes_mode_ck CHECK (mode IN ('at-once', 'propose')),
    choose_hours integer NOT NULL
        CONSTRAINT said_routing_modes_choose_hours_ck CHECK (choose_hours BETWEEN 1 AND 336),
    said_by uuid NOT NULL, -- a member of staff
    said_at timestamptz NOT NULL
);
-- The last word of an area.
CREATE INDEX said_routing_modes_area_idx ON said_routing_modes (area, id);

-- Each process keeps the pools in memory and asks before each batch what changed since it last looked. Every row says
-- the transaction that wrote it, so what a snapshot did not show is found exactly, in whatever order transactions end.
ALTER TABLE copied_services ADD COLUMN changed_in xid8 NOT NULL DEFAULT pg_current_xact_id();
ALTER TABLE copied_signals ADD COLUMN changed_in xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX copied_services_changed_in_idx ON copied_services (changed_in);
CREATE INDEX copied_signals_changed_in_idx ON copied_signals (changed_in);

-- By a trigger, so that no statement can forget it.
CREATE FUNCTION say_changed_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_in := pg_current_xact_id();
    RETURN NEW;
END
$$;
CREATE TRIGGER copied_services_changed_in BEFORE INSERT OR UPDATE ON copied_services
    FOR EACH ROW EXECUTE FUNCTION say_changed_in();
CREATE TRIGGER copied_signals_changed_in BEFORE INSERT OR UPDATE ON copied_signals
    FOR EACH ROW EXECUTE FUNCTION say_changed_in();

-- Whatever was said was said at a moment: doubt and reminders count from it.
ALTER TABLE pools DROP CONSTRAINT pools_said_ck;
ALTER TABLE pools ADD CONSTRAINT pools_said_ck CHECK (
    version = 0 OR (source IS NOT NULL AND confirmed_at IS NOT NULL AND expires_at IS NOT NULL));

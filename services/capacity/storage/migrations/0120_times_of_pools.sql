-- When a session, course or event takes place, in codes and times: tells those of one service apart. Null until the
-- directory says the service again, and where it does not know.
ALTER TABLE pools ADD COLUMN times jsonb;

-- A provider need not say when somebody signed in. Such a session is good for all but sensitive acts.
ALTER TABLE sessions ALTER COLUMN authenticated_at DROP NOT NULL;

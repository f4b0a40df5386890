-- Which statement of space stood is in the routing decision; nothing ever wrote it here.
ALTER TABLE tried_pools DROP COLUMN signal_version;

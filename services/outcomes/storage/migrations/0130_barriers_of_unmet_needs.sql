-- What excluded most of the groups that were there, where that was told: finer than the reason.
ALTER TABLE legs ADD COLUMN unmet_barrier text;

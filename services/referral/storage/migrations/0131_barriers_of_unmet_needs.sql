-- What excluded most of the groups that were there, where nothing was found: finer than the reason.
ALTER TABLE turned_away ADD COLUMN barrier text;

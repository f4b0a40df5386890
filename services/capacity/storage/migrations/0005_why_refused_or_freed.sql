-- Why a request was refused or its place freed, so that the answer can be said again to whoever did not hear it.
ALTER TABLE place_holds ADD COLUMN why text;

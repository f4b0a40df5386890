-- A record that waits and was not written by the service is put into no chain. It stays here, where the check names it.
ALTER TABLE audit_unsealed ADD COLUMN refused_at timestamptz;

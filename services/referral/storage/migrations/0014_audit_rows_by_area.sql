-- The audit trail is held to its area like the rows that it is about. The rounds add records of what they do, and the
-- sealer and the verifier go over every area.
ALTER TABLE audit_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_keys_by_area ON audit_keys USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY audit_keys_for_rounds ON audit_keys TO referral_rounds USING (true);
ALTER TABLE audit_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_records FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_records_by_area ON audit_records USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY audit_records_for_rounds ON audit_records TO referral_rounds USING (true);
ALTER TABLE audit_unsealed ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_unsealed FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_unsealed_by_area ON audit_unsealed USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY audit_unsealed_for_rounds ON audit_unsealed TO referral_rounds USING (true);
ALTER TABLE audit_chain ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_chain FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_chain_by_area ON audit_chain USING (area = ANY ((SELECT current_areas())::text[]));
CREATE POLICY audit_chain_for_rounds ON audit_chain TO referral_rounds USING (true);
GRANT SELECT, INSERT ON audit_keys, audit_records, audit_chain TO referral_rounds;
GRANT SELECT, INSERT, DELETE ON audit_unsealed TO referral_rounds;

-- The checker asks which pools have shown space for a while: nobody whom they suit may wait then.
GRANT SELECT (status, free, unlimited, withdrawn, confirmed_at, expires_at) ON pools TO kith_checker;
GRANT SELECT (pool_id, recorded_at) ON ledger_history TO kith_checker;

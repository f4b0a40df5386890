-- Of those whom somebody referred, how many providers took and how many were not right for the provider, by the day of
-- the decision. `referrer_id` is an organisation that refers, or a practice's own referrer. Counted with the step itself.
CREATE TABLE fit_counts (
    referrer_id uuid NOT NULL,
    day date NOT NULL,
    fitted integer NOT NULL CONSTRAINT fit_counts_fitted_ck CHECK (fitted >= 0),
    did_not_fit integer NOT NULL CONSTRAINT fit_counts_did_not_fit_ck CHECK (did_not_fit >= 0),
    CONSTRAINT fit_counts_pk PRIMARY KEY (referrer_id, day)
);
GRANT SELECT, INSERT, UPDATE ON fit_counts TO referral_rounds;

-- Referrals of people who were forgotten: an id alone. What groups and referrers are told names no person to them.
CREATE TABLE erased_referrals (
    referral_id uuid CONSTRAINT erased_referrals_pk PRIMARY KEY
);

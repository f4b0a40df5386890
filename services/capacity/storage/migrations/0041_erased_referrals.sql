-- Referrals of people who were forgotten: an id alone, so that a word that comes late brings no request back.
CREATE TABLE erased_referrals (
    referral_id uuid CONSTRAINT erased_referrals_pk PRIMARY KEY
);

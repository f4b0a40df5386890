-- How many referrals there were, by area and month: of each need, by each door, and how many each organisation took.
-- Of nobody: no id of a person, a referral or a leg stands here, so there is nothing to erase. Small counts are hidden
-- where they are shown.
CREATE TABLE referral_counts (
    area text NOT NULL,
    month date NOT NULL CONSTRAINT referral_counts_month_ck CHECK (extract(day FROM month) = 1),
    kind text NOT NULL CONSTRAINT referral_counts_kind_ck CHECK (kind IN ('need', 'door', 'organisation')),
    code text NOT NULL, -- of the need or the door, or the organisation's id
    referrals bigint NOT NULL CONSTRAINT referral_counts_referrals_ck CHECK (referrals > 0),
    CONSTRAINT referral_counts_pk PRIMARY KEY (kind, month, area, code)
);

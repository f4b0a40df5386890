-- Which wait somebody asked beside for something open: a leg that asks there and nowhere else, and is no need of its own. Where
-- it brought no place they may ask for another group of its kind.
ALTER TABLE legs ADD COLUMN meanwhile_of uuid;
DROP INDEX legs_referral_id_need_uq;
CREATE UNIQUE INDEX legs_referral_id_need_uq ON legs (referral_id, need)
    WHERE beside_leg_id IS NULL AND invitation_id IS NULL AND meanwhile_of IS NULL;
CREATE UNIQUE INDEX legs_meanwhile_of_uq ON legs (meanwhile_of, need)
    WHERE meanwhile_of IS NOT NULL AND state <> 'withdrawn';

-- Who waits for a need is invited to events that are for it as well: the place there is a leg of its own, once for each
-- invitation, beside the one leg of the referral that goes on waiting.
DROP INDEX legs_referral_id_need_uq;
CREATE UNIQUE INDEX legs_referral_id_need_uq ON legs (referral_id, need)
    WHERE beside_leg_id IS NULL AND invitation_id IS NULL;
CREATE UNIQUE INDEX legs_invitation_id_uq ON legs (invitation_id, person_id) WHERE invitation_id IS NOT NULL;

-- Help to go there is a leg of its own beside the leg that has the place: asked for once that place is taken, and ended
-- with it. A place of its own each time: who is placed anew is helped anew.
ALTER TABLE legs ADD COLUMN beside_leg_id uuid, ADD COLUMN beside_request_id uuid;
ALTER TABLE legs ADD CONSTRAINT legs_beside_ck CHECK (num_nulls(beside_leg_id, beside_request_id) IN (0, 2));
ALTER TABLE legs DROP CONSTRAINT legs_referral_id_need_uq;
CREATE UNIQUE INDEX legs_referral_id_need_uq ON legs (referral_id, need) WHERE beside_leg_id IS NULL;
-- Asked for once for each place, however often anybody looks.
CREATE UNIQUE INDEX legs_beside_request_id_need_uq ON legs (beside_request_id, need) WHERE beside_leg_id IS NOT NULL;
CREATE INDEX legs_beside_leg_id_idx ON legs (beside_leg_id) WHERE beside_leg_id IS NOT NULL;
-- Those who have a place and need help to go there.
CREATE INDEX legs_help_to_attend_idx ON legs (leg_id) WHERE state IN ('accepted', 'started') AND wants ? 'help_to_attend';

-- Which of the pools accompany, and how: those are no places of the service.
ALTER TABLE copied_services ADD COLUMN companions jsonb NOT NULL DEFAULT '{}';

-- A leg may stand with its person, who chooses among the best: until `answer_by`, and with nothing kept for them.
ALTER TABLE legs DROP CONSTRAINT legs_state_ck;
ALTER TABLE legs ADD CONSTRAINT legs_state_ck CHECK (state IN (
    'matching', 'proposed', 'waiting', 'requested', 'offered', 'accepting', 'accepted',
    'started', 'completed', 'withdrawn', 'unmet'));
ALTER TABLE legs DROP CONSTRAINT legs_answer_by_ck;
ALTER TABLE legs ADD CONSTRAINT legs_answer_by_ck
    CHECK (state NOT IN ('offered', 'proposed') OR answer_by IS NOT NULL);
-- The person left the choice to us, or did not choose in time: they are not asked again.
ALTER TABLE legs ADD COLUMN left_to_us boolean NOT NULL DEFAULT false;
-- Choices that fall due.
CREATE INDEX legs_choose_by_idx ON legs (answer_by) WHERE state = 'proposed';
ALTER TABLE routing_decisions DROP CONSTRAINT routing_decisions_outcome_ck;
ALTER TABLE routing_decisions ADD CONSTRAINT routing_decisions_outcome_ck
    CHECK (outcome IN ('request', 'propose', 'wait', 'unmet'));

-- An area's own word over its policy: whether its people choose, and how long they have. Without a row the policy holds.
CREATE TABLE routing_modes (
    area text CONSTRAINT routing_modes_pk PRIMARY KEY,
    mode text NOT NULL CONSTRAINT routing_modes_mode_ck CHECK (mode IN ('at-once', 'propose')),
    choose_hours integer NOT NULL CONSTRAINT routing_modes_choose_hours_ck CHECK (choose_hours BETWEEN 1 AND 336)
);
GRANT SELECT ON routing_modes TO referral_rounds;

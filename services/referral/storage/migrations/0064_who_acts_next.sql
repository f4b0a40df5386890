-- Who must act next on a leg, what they do, and by when: of every leg that is not over, and of no other.
ALTER TABLE legs
    ADD COLUMN owner text CONSTRAINT legs_owner_ck CHECK (owner IN ('system', 'provider', 'coordinator', 'person')),
    ADD COLUMN next_step text,
    ADD COLUMN due_at timestamptz,
    ADD COLUMN review_at timestamptz; -- when somebody looks at a wait: it stays while a request brings nothing
ALTER TABLE leg_history ADD COLUMN due_at timestamptz; -- what was due from this step on

-- Legs of the time before: as the first step of this release would have it. The owner of the tables is held to areas
-- too, but for this transaction.
ALTER TABLE legs NO FORCE ROW LEVEL SECURITY;
ALTER TABLE leg_history NO FORCE ROW LEVEL SECURITY;
UPDATE legs SET
    owner = CASE WHEN state IN ('matching', 'requested', 'accepting') THEN 'system'
        WHEN state = 'waiting' THEN 'coordinator' ELSE 'provider' END,
    next_step = CASE state WHEN 'matching' THEN 'find-a-place' WHEN 'waiting' THEN 'look-at-the-wait'
        WHEN 'requested' THEN 'hold-a-place' WHEN 'offered' THEN 'answer-the-offer'
        WHEN 'accepting' THEN 'book-the-place' WHEN 'accepted' THEN 'start' ELSE 'say-how-it-goes' END,
    due_at = CASE state WHEN 'waiting' THEN greatest(waiting_since, now() - interval '28 days') + interval '28 days'
        WHEN 'offered' THEN answer_by WHEN 'accepted' THEN now() + interval '14 days'
        WHEN 'started' THEN now() + interval '91 days' ELSE now() + interval '15 minutes' END,
    review_at = CASE WHEN waiting_since IS NOT NULL
        THEN greatest(waiting_since, now() - interval '28 days') + interval '28 days' END
WHERE state NOT IN ('completed', 'withdrawn', 'unmet');
INSERT INTO leg_history (leg_id, area, from_state, to_state, reason, happened_at, due_at)
SELECT leg_id, area, state, state, 'due-times-begin', now(), due_at FROM legs WHERE due_at IS NOT NULL;
ALTER TABLE legs FORCE ROW LEVEL SECURITY;
ALTER TABLE leg_history FORCE ROW LEVEL SECURITY;

ALTER TABLE legs ADD CONSTRAINT legs_owed_ck CHECK (
    CASE WHEN state IN ('completed', 'withdrawn', 'unmet') THEN num_nonnulls(owner, next_step, due_at) = 0
    ELSE num_nulls(owner, next_step, due_at) = 0 END);
-- What is due and has passed.
CREATE INDEX legs_due_at_idx ON legs (due_at) WHERE due_at IS NOT NULL;

-- A due time moves only by an act that stands in the history with its reason: the act is written first.
CREATE FUNCTION leg_due_time_may_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM leg_history h
        WHERE h.leg_id = NEW.leg_id AND h.due_at = NEW.due_at AND h.reason IS NOT NULL
          AND h.id = (SELECT max(last.id) FROM leg_history last WHERE last.leg_id = NEW.leg_id))
    THEN
        RAISE EXCEPTION 'the due time of a leg moves by a recorded act alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER legs_due_time_moves_by_an_act BEFORE UPDATE OF due_at ON legs
FOR EACH ROW WHEN (NEW.due_at IS DISTINCT FROM OLD.due_at AND NEW.due_at IS NOT NULL)
EXECUTE FUNCTION leg_due_time_may_move();

-- A member without any role is in nobody's area yet: they are known to whoever let them in, and to operators.
ALTER TABLE members
    ADD COLUMN let_in_by uuid CONSTRAINT members_let_in_by_fk REFERENCES members (id);
-- The list of whoever let them in.
CREATE INDEX members_let_in_by_idx ON members (let_in_by);

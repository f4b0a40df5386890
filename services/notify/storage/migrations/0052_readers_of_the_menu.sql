-- Whoever was given a list, and members who are told what is on: directory alone knows where they are written to.
ALTER TABLE messages DROP CONSTRAINT messages_recipient_kind_ck;
ALTER TABLE messages ADD CONSTRAINT messages_recipient_kind_ck
    CHECK (recipient_kind IN ('person', 'referrer', 'organisation', 'list-reader', 'digest-reader'));

-- People who were forgotten: an id alone, so that an event that comes late makes no message to them.
CREATE TABLE erased_people (
    person_id uuid CONSTRAINT erased_people_pk PRIMARY KEY
);
GRANT SELECT ON erased_people TO notify_rounds;
-- What was sent to or about one person, to export it and to forget it.
CREATE INDEX messages_recipient_id_idx ON messages (recipient_id);
CREATE INDEX messages_link_subject_idx ON messages (link_subject);

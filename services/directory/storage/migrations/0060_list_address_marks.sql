-- By what two mails of lists to one address are known within a day, whoever sends them: a keyed digest, gone after the day.
ALTER TABLE list_emails ADD COLUMN address_mark bytea;
CREATE INDEX list_emails_address_mark_idx ON list_emails (address_mark) WHERE address_mark IS NOT NULL;

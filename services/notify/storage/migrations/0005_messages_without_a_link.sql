-- A message to who referred somebody has no link, but the reference of the referral in link_subject.
ALTER TABLE messages ALTER COLUMN link_purpose DROP NOT NULL;

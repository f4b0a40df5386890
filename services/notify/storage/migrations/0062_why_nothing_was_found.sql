-- Why nothing was found, as a code: who referred somebody is told it in words.
ALTER TABLE messages ADD COLUMN unmet_reason text;

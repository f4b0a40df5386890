-- Who referred somebody is told by the reference that they have stopped; after that it goes too.
ALTER TABLE erasures ADD COLUMN referrer_id uuid, ADD COLUMN reference text;

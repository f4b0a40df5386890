-- Messages whose sender and subject say nothing, because somebody else may see them. Who got one gets no other kind.
ALTER TABLE messages ADD COLUMN discreet boolean NOT NULL DEFAULT false;

"""The pages on which a person looks at two entries that may be of one service."""

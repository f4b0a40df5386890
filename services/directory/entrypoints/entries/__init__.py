"""The pages on which organisations keep their own entries."""

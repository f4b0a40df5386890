"""The pages that show where support is missing."""

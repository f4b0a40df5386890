"""Likely duplicates: which services of the menu may be one and the same. Pure; a person decides."""

"""Who signs in: members, their roles and sessions, organisations, and systems that call."""

"""Rules for figures over many people, the same for every service that shows some."""

"""What is on near somebody: the coming occurrences of services, as a programme, a calendar and a feed."""

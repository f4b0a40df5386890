"""The pages on which people find services: search, map, menu, and the page of a service or an organisation."""

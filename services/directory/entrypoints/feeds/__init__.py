"""Lists of others that are taken in: by their address, as files, and by command."""

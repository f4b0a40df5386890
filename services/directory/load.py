"""Imports a feed: `python -m services.directory.load FILE_OR_URL [--source ID] [--json] [--allow-private]`."""

import sys

from services.directory.entrypoints.feeds.load_command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

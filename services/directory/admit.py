"""Lets in the first operator, and systems: `python -m services.directory.admit --help`."""

import sys

from services.directory.entrypoints.people.admit_command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Runs notify: `python -m services.notify [all|api|worker]`."""

import sys

from services.notify.bootstrap import build_service
from shared.service_defaults.process import run_from_arguments

if __name__ == "__main__":
    run_from_arguments(build_service(), sys.argv[1:])

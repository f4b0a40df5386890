"""Checks the audit trail: `python -m services.referral.audit verify [--area CODE] [--json]`."""

import sys

from services.referral.entrypoints.audit_command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`./kith test`: the levels that were asked for, each with what it needs and no more."""

from __future__ import annotations

from argparse import Namespace


def run_tests(arguments: Namespace) -> int:
    raise NotImplementedError

"""`./kith trace REFERRAL_ID`: a referral's journey through the services, and where its picture is."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from deploy.spans.span import span_from_json
from deploy.spans.tree_text import summary, tree

DEFAULT_PORT = "18318"
DEFAULT_URL = "http://localhost:8080"
NOT_FOUND, NOT_REACHED = 1, 3  # exit codes


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the journey; the exit code says whether there was one."""
    parser = argparse.ArgumentParser(prog="kith trace", description=__doc__)
    parser.add_argument("referral_id", help="the id that the referral got when it was made")
    parser.add_argument("--json", action="store_true", help="print the spans instead of the tree")
    asked = parser.parse_args(arguments)
    port = os.environ.get("SPANS_PORT", DEFAULT_PORT)
    public_url = os.environ.get("KITH_PUBLIC_URL", DEFAULT_URL).rstrip("/")
    address = f"http://127.0.0.1:{port}/traces/api/by-referral/{quote(asked.referral_id, safe='')}"
    try:
        answer = httpx.get(address, timeout=5.0)
        answer.raise_for_status()
    except httpx.HTTPStatusError:
        print(
            "This is not a referral id. It looks like 0193a5c2-7d1e-7c43-9f0a-2b6c7d8e9f01.", file=sys.stderr
        )
        return NOT_FOUND
    except httpx.HTTPError:
        print(
            f"The span store does not answer on port {port}. Start the system with ./kith up; "
            "where KITH_OTLP is set, the traces are there.",
            file=sys.stderr,
        )
        return NOT_REACHED
    if asked.json:
        print(answer.text)
        return 0 if answer.json()["traces"] else NOT_FOUND
    return _print_journey(asked.referral_id, answer.json()["traces"], public_url)


def _print_journey(referral_id: str, traces: Sequence[Mapping[str, Any]], public_url: str) -> int:
    if not traces:
        print(
            f"No trace of referral {referral_id} is kept. It may be too new (try again in a second) "
            "or too old (only the last traces are kept).",
            file=sys.stderr,
        )
        return NOT_FOUND
    for place, trace in enumerate(traces):
        spans = [span_from_json(each) for each in trace["spans"]]
        print(("\n" if place else "") + f"{trace['started_at'][:19]}Z  {summary(spans)}")
        print(tree(spans))
        print(f"Picture: {public_url}/traces/{trace['trace_id']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

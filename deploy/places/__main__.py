"""`python -m deploy.places build …`: a pack of places from the tables of the national offices."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from deploy.places.build import Built, Sources, Wanted, build
from deploy.places.tables import NotUsable
from shared.places.postcodes import PackDamaged


def main(arguments: list[str]) -> int:
    given = parser().parse_args(arguments)
    sources = Sources(
        tuple(given.areas), given.postcodes, given.sex, given.ethnicity, given.outlines, given.localities
    )
    wanted = Wanted(given.name, given.edition, given.only, given.compressed, tuple(given.thanks))
    try:
        print(said(build(sources, wanted, given.into)))
    except (NotUsable, PackDamaged) as refused:
        print(f"places: {refused}. Nothing was written.", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m deploy.places")
    one = found.add_subparsers(dest="command", required=True).add_parser("build", help="make a pack")
    one.add_argument(
        "--into", type=Path, required=True, help="the folder of the pack; replaced when it is there"
    )
    one.add_argument(
        "--areas", type=Path, nargs="+", required=True, help="tables with LSOA codes, joined by them"
    )
    one.add_argument(
        "--postcodes", type=Path, required=True, help="the ONS Postcode Directory (.csv or .zip)"
    )
    one.add_argument("--sex", type=Path, required=True, help="residents of authorities by sex")
    one.add_argument("--ethnicity", type=Path, required=True, help="residents of authorities by ethnic group")
    one.add_argument("--outlines", type=Path, help="outlines of authorities (GeoJSON, with code and name)")
    one.add_argument("--localities", type=Path, help="a gazetteer: name, latitude, longitude")
    one.add_argument("--thanks", nargs="*", default=(), help="lines of attribution for further sources")
    one.add_argument("--name", default="England")
    one.add_argument("--edition", default=f"{datetime.now(UTC):%Y}", help="the year of the newest table")
    one.add_argument("--only", default="", help="the beginning of the codes of the authorities to take")
    one.add_argument("--compressed", action="store_true", help="small files to send, not files to map")
    return found


def said(built: Built) -> str:
    lines = [", ".join(f"{count:,} {what}" for what, count in built.counts.items())]
    lines += [
        f"left out of the {table}: {count:,} {why}"
        for table, reasons in built.left_out.items()
        for why, count in reasons.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

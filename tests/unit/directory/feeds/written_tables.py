"""Open Referral records written as the tables that HSDS describes, as another directory would export them."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

Rows = list[dict[str, Any]]


def tables_of(records: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    tables: dict[str, Rows] = {name: [] for name in ("services", "organizations")}
    for record in records:
        _service(dict(record), tables)
    return {f"{name}.csv": as_csv(rows) for name, rows in tables.items()}


def as_csv(rows: Rows, delimiter: str = ",") -> bytes:
    headings = list(dict.fromkeys(name for row in rows for name in row)) or ["id"]
    written = io.StringIO()
    writer = csv.DictWriter(written, headings, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def _service(record: dict[str, Any], tables: dict[str, Rows]) -> None:
    service_id = record["id"]
    organization = dict(record.pop("organization"))
    for identifier in organization.pop("organization_identifiers", []):
        _add(tables, "organization_identifiers", identifier | {"organization_id": organization["id"]})
    if organization not in tables["organizations"]:
        _add(tables, "organizations", organization)
    record["organization_id"] = organization["id"]
    for link in record.pop("service_at_locations", []):
        _place(service_id, link, tables)
    for attribute in record.pop("attributes", []):
        _attribute(service_id, attribute, tables)
    for name in [name for name, value in record.items() if isinstance(value, list)]:
        for row in record.pop(name):
            _add(tables, name, row | {"service_id": service_id})
    _add(tables, "services", record)


def _place(service_id: str, link: Mapping[str, Any], tables: dict[str, Rows]) -> None:
    location = dict(link["location"])
    _add(
        tables,
        "service_at_location",
        {"id": link["id"], "service_id": service_id, "location_id": location["id"]},
    )
    if any(row["id"] == location["id"] for row in tables.get("locations", [])):
        return
    for name in ("addresses", "accessibility"):
        for row in location.pop(name, []):
            _add(tables, name, row | {"location_id": location["id"]})
    _add(tables, "locations", location)


def _attribute(service_id: str, attribute: Mapping[str, Any], tables: dict[str, Rows]) -> None:
    row = dict(attribute)
    term = row.pop("taxonomy_term")
    _add(tables, "attributes", {"link_id": service_id, **row, "taxonomy_term_id": term["id"]})
    if term not in tables.setdefault("taxonomy_terms", []):
        tables["taxonomy_terms"].append(term)


def _add(tables: dict[str, Rows], name: str, row: Mapping[str, Any]) -> None:
    tables.setdefault(name, []).append(dict(row))

"""The tables of Open Referral (HSDS 3.0 and its UK profile) → one record a service, in the shape of its JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.directory.domain.errors import FeedRefused
from services.directory.feeds.csv_rows import MOST_CELLS, Row, Table, number_in, read_table
from services.directory.feeds.raw_record import Finding, RawRecord, Taken, Where

# Table → the names that its file goes by: the schemas themselves write some in the singular.
FILES: Mapping[str, tuple[str, ...]] = {
    "services": ("services", "service"),
    "organizations": ("organizations", "organization"),
    "organization_identifiers": ("organization_identifiers", "organization_identifier"),
    "service_at_locations": ("service_at_location", "service_at_locations"),
    "locations": ("locations", "location"),
    "addresses": ("addresses", "address"),
    "accessibility": ("accessibility", "accessibilities"),
    "schedules": ("schedules", "schedule"),
    "service_areas": ("service_areas", "service_area"),
    "languages": ("languages", "language"),
    "funding": ("funding", "fundings"),
    "cost_options": ("cost_options", "cost_option"),
    "phones": ("phones", "phone"),
    "contacts": ("contacts", "contact"),
    "attributes": ("attributes", "attribute"),
    "taxonomy_terms": ("taxonomy_terms", "taxonomy_term"),
    "taxonomies": ("taxonomies", "taxonomy"),
}
NEEDED = ("services", "organizations")
OF_A_SERVICE = ("service_areas", "languages", "funding", "cost_options", "phones", "contacts")
NUMBERS = frozenset({"minimum_age", "maximum_age", "latitude", "longitude", "amount", "interval"})
Groups = Mapping[str, Sequence[Row]]


def read_tables(files: Mapping[str, bytes]) -> Taken:
    """Files by name. Raises FeedRefused where services or organizations are not there, or a file is no table."""
    tables = _tables(files)
    joined = _Joined(tables)
    records = tuple(_record(row, joined) for row in tables["services"].rows)
    findings = [finding for table in tables.values() for finding in table.findings]
    return Taken(records, (*findings, *_orphans(tables)))


def _tables(files: Mapping[str, bytes]) -> dict[str, Table]:
    given = {name.casefold().removesuffix(".csv"): (name, body) for name, body in files.items()}
    tables = {}
    for table, names in FILES.items():
        here = [given[name] for name in names if name in given]
        if len(here) > 1:
            raise FeedRefused(f"The feed has the table {table} twice.")
        if here:
            tables[table] = read_table(*here[0])
        elif table in NEEDED:
            raise FeedRefused(f"The feed has no file {table}.csv.")
        else:
            tables[table] = Table((), ())
        if sum(each.cell_count for each in tables.values()) > 2 * MOST_CELLS:
            raise FeedRefused(f"The feed has more than {2 * MOST_CELLS:,} cells.")
    return tables


class _Joined:
    """Rows by the id of what they belong to."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self.by_service = {
            name: self._by(name, "service_id") for name in (*OF_A_SERVICE, "service_at_locations")
        }
        self.organizations = self._first("organizations")
        self.identifiers = self._by("organization_identifiers", "organization_id")
        self.locations = self._first("locations")
        self.addresses = self._by("addresses", "location_id")
        self.accessibility = self._by("accessibility", "location_id")
        self.terms = self._first("taxonomy_terms")
        self.taxonomies = self._first("taxonomies")
        self.schedules, service_of_schedule = self._schedules()
        self.attributes = self._attributes(service_of_schedule)

    def _by(self, name: str, column: str) -> Groups:
        groups: dict[str, list[Row]] = {}
        for row in self._tables[name].rows:
            groups.setdefault(_id(row, column), []).append(row)
        return groups

    def _first(self, name: str) -> Mapping[str, Row]:
        return {_id(row, "id"): row for row in reversed(self._tables[name].rows)}

    def _schedules(self) -> tuple[Groups, Mapping[str, str]]:
        """A schedule is its service's, or that of a service at a location."""
        links = {_id(row, "id"): _id(row, "service_id") for row in self._tables["service_at_locations"].rows}
        groups: dict[str, list[Row]] = {}
        services = {}
        for row in self._tables["schedules"].rows:
            service_id = _id(row, "service_id") or links.get(_id(row, "service_at_location_id"), "")
            groups.setdefault(service_id, []).append(row)
            services[_id(row, "id")] = service_id
        return groups, services

    def _attributes(self, service_of_schedule: Mapping[str, str]) -> Groups:
        """`link_id` names the service, or the service's schedule that a pool belongs to."""
        groups: dict[str, list[Row]] = {}
        for row in self._tables["attributes"].rows:
            link = _id(row, "link_id") or _id(row, "service_id")
            groups.setdefault(service_of_schedule.get(link, link), []).append(row)
        return groups


@dataclass(slots=True)
class _Origins:
    """Puts rows into a record and keeps where each came from."""

    found: dict[str, Where] = field(default_factory=dict)

    def put(self, path: str, row: Row) -> dict[str, object]:
        self.found[path] = row.where
        return _values(row)

    def put_all(self, path: str, rows: Sequence[Row]) -> list[dict[str, object]]:
        return [self.put(f"{path}[{index}]", row) for index, row in enumerate(rows)]


def _record(row: Row, joined: _Joined) -> RawRecord:
    service_id, origins = _id(row, "id"), _Origins()
    values = _values(row)
    for name in OF_A_SERVICE:
        values[name] = origins.put_all(name, joined.by_service[name].get(service_id, ()))
    values["schedules"] = origins.put_all("schedules", joined.schedules.get(service_id, ()))
    values["service_at_locations"] = list(_places(service_id, joined, origins))
    values["attributes"] = list(_attributes(service_id, joined, origins))
    organization = joined.organizations.get(_id(row, "organization_id"))
    if organization is not None:
        values["organization"] = origins.put("organization", organization) | {
            "organization_identifiers": origins.put_all(
                "organization.organization_identifiers", joined.identifiers.get(_id(organization, "id"), ())
            )
        }
    return RawRecord(values, row.where, origins.found)


def _places(service_id: str, joined: _Joined, origins: _Origins) -> Iterator[dict[str, object]]:
    for index, link in enumerate(joined.by_service["service_at_locations"].get(service_id, ())):
        path = f"service_at_locations[{index}]"
        record = origins.put(path, link)
        location_id = _id(link, "location_id")
        location = joined.locations.get(location_id)
        if location is not None:
            inner = f"{path}.location"
            record["location"] = origins.put(inner, location) | {
                "addresses": origins.put_all(f"{inner}.addresses", joined.addresses.get(location_id, ())),
                "accessibility": origins.put_all(
                    f"{inner}.accessibility", joined.accessibility.get(location_id, ())
                ),
            }
        yield record


def _attributes(service_id: str, joined: _Joined, origins: _Origins) -> Iterator[dict[str, object]]:
    for index, row in enumerate(joined.attributes.get(service_id, ())):
        path = f"attributes[{index}]"
        record = origins.put(path, row)
        term = joined.terms.get(_id(row, "taxonomy_term_id"))
        if term is not None:
            values = origins.put(f"{path}.taxonomy_term", term)
            taxonomy = joined.taxonomies.get(_id(term, "taxonomy_id"))
            if "taxonomy" not in values and taxonomy is not None:
                values["taxonomy"] = taxonomy.cells.get("name", "")
            record["taxonomy_term"] = values
        yield record


def _orphans(tables: Mapping[str, Table]) -> Iterator[Finding]:
    """Rows that name a service which the tables do not have."""
    known = {_id(row, "id") for row in tables["services"].rows}
    for name in (*OF_A_SERVICE, "service_at_locations", "schedules"):
        for row in tables[name].rows:
            service_id = _id(row, "service_id")
            if service_id and service_id not in known:
                yield Finding(Where(row.where.file, row.where.line, "service_id"), "no-such-service")


def _id(row: Row, column: str) -> str:
    return row.cells.get(column, "").casefold()


def _values(row: Row) -> dict[str, object]:
    return {column: number_in(cell) if column in NUMBERS else cell for column, cell in row.cells.items()}

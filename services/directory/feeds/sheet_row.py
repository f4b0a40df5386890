"""One row of the simple sheet → a record in the shape of Open Referral, each part knowing its cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from services.directory.feeds import sheet_words as words
from services.directory.feeds.csv_rows import Row, number_in
from services.directory.feeds.raw_record import RawRecord, Where
from services.directory.feeds.sheet_codes import borough_codes, codes_of, language_codes
from services.directory.oruk import our_taxonomies as ours
from shared.vocabulary import vocabulary

COUNTY, COUNTRY = "Greater London", "GB"  # where a sheet of the project's groups is
ALL_OF_LONDON = frozenset({"everywhere", "all of london", "london"})
TAXONOMIES: Mapping[str, str] = {
    "needs": ours.NEEDS,
    "suits": ours.GROUPS,
    "does_not_suit": ours.DOES_NOT_SUIT,
    "access": ours.ACCESS,
    "delivery": ours.DELIVERY,
    "worker_sexes": ours.WORKER_SEX,
    "worker_languages": ours.WORKER_LANGUAGE,
    "join": ours.JOIN,
}
PLAIN: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "fees": "cost",
    "email": "email",
    "url": "url",
    "eligibility_description": "eligibility",
    "application_process": "join_words",
}
Json = dict[str, object]


@dataclass(slots=True)
class SheetRow:
    """One row while it becomes a record; each part of the record knows the cell that it came from."""

    row: Row
    fields: Mapping[str, str]
    source_id: UUID
    origins: dict[str, Where] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for heading, cell in self.row.cells.items():
            if heading in self.fields:
                self.cells[self.fields[heading]] = cell
        self.headings = {name: heading for heading, name in self.fields.items()}

    def record(self) -> RawRecord:
        values: Json = {
            "id": str(self.id_of("service", self.reference)),
            "status": self.cells.get("status", "active").casefold(),
            "organization": self._organization(),
            "schedules": self._schedules(),
            "service_areas": self._areas(),
            "service_at_locations": self._places(),
            "languages": self._languages(),
            "attributes": list(self._attributes()),
            "phones": self._phones(),
        }
        for path, name in PLAIN.items():
            self._put(values, path, name)
        for path in ("minimum_age", "maximum_age"):
            self._put(values, path, path, number_in)
        self._put(values, "assured_date", "assured", words.day_of)
        return RawRecord(values, self.row.where, self.origins)

    @property
    def reference(self) -> str:
        """Without one, a service is known by its name and its organisation."""
        given = self.cells.get("reference")
        return given or f"{self.cells.get('organisation', '')}/{self.cells.get('name', '')}".casefold()

    def id_of(self, kind: str, name: str) -> UUID:
        return uuid5(self.source_id, f"{kind}/{name}")

    def from_column(self, path: str, name: str) -> None:
        heading = self.headings.get(name)
        self.origins[path] = Where(self.row.where.file, self.row.where.line, heading)

    def _put(self, values: Json, path: str, name: str, read: object = None) -> None:
        self.from_column(path, name)
        cell = self.cells.get(name)
        if cell is not None:
            values[path] = read(cell) if callable(read) else cell

    def _organization(self) -> Json:
        name = self.cells.get("organisation", "")
        self.from_column("organization", "organisation")
        about = self.cells.get("about") or name
        return {"id": str(self.id_of("organisation", name.casefold())), "name": name, "description": about}

    def _schedules(self) -> list[Json]:
        said = {
            name
            for name in ("days", "opens", "closes", "first_day", "last_day", "also_on")
            if name in self.cells
        }
        if not said:
            return []
        once = "days" not in said
        readers = {
            "byday": ("days", words.days),
            "opens_at": ("opens", words.clock),
            "closes_at": ("closes", words.clock),
            "valid_from": ("first_day", words.day_of),
            "valid_to": ("last_day", words.day_of),
            "dtstart": ("first_day", words.day_of),
            "exdate": ("not_on", words.days_of),
            "rdate": ("also_on", words.days_of),
        }
        schedule: Json = {"id": str(self.id_of("schedule", self.reference))}
        if not once:
            schedule["freq"] = "WEEKLY"
        for path, (name, read) in readers.items():
            self.from_column(f"schedules[0].{path}", name)
            if name in self.cells:
                schedule[path] = read(self.cells[name])
        return [schedule]

    def _areas(self) -> list[Json]:
        codes = borough_codes()
        areas: list[Json] = []
        for index, code in enumerate(words.coded(self.cells.get("areas", ""), codes)):
            self.from_column(f"service_areas[{index}]", "areas")
            extent = vocabulary.EVERYWHERE if code.casefold() in ALL_OF_LONDON else code
            areas.append(
                {
                    "id": str(self.id_of("area", f"{self.reference}/{code}")),
                    "extent_type": "gss",
                    "extent": extent,
                }
            )
        return areas

    def _places(self) -> list[Json]:
        if not {"place", "address", "postcode", "latitude"} & self.cells.keys():
            return []
        inner = "service_at_locations[0].location"
        location: Json = {"id": str(self.id_of("location", self.reference)), "location_type": "physical"}
        for path, name, read in (
            ("name", "place", None),
            ("latitude", "latitude", number_in),
            ("longitude", "longitude", number_in),
        ):
            self.from_column(f"{inner}.{path}", name)
            if name in self.cells:
                location[path] = read(self.cells[name]) if read else self.cells[name]
        if "postcode" in self.cells or "address" in self.cells:
            location["addresses"] = [self._address(f"{inner}.addresses[0]")]
        link: Json = {"id": str(self.id_of("place", self.reference)), "location": location}
        return [link]

    def _address(self, path: str) -> Json:
        for field_name, name in (("address_1", "address"), ("city", "town"), ("postal_code", "postcode")):
            self.from_column(f"{path}.{field_name}", name)
        return {
            "id": str(self.id_of("address", self.reference)),
            "address_type": "physical",
            "address_1": self.cells.get("address") or self.cells.get("place", ""),
            "city": self.cells.get("town", "London"),
            "state_province": COUNTY,
            "postal_code": self.cells.get("postcode", ""),
            "country": COUNTRY,
        }

    def _languages(self) -> list[Json]:
        languages: list[Json] = []
        for index, code in enumerate(words.coded(self.cells.get("languages", ""), language_codes())):
            self.from_column(f"languages[{index}]", "languages")
            languages.append({"id": str(self.id_of("language", f"{self.reference}/{code}")), "code": code})
        return languages

    def _attributes(self) -> Iterable[Json]:
        terms = [
            (name, taxonomy, code)
            for name, taxonomy in TAXONOMIES.items()
            for code in words.coded(self.cells.get(name, ""), codes_of(taxonomy))
        ]
        if words.says_yes(self.cells.get("secret", "")):
            terms.append(("secret", ours.SAFETY, ours.HIDDEN_ADDRESS))
        for index, (name, taxonomy, code) in enumerate(terms):
            self.from_column(f"attributes[{index}]", name)
            yield {
                "id": str(self.id_of("attribute", f"{self.reference}/{taxonomy}/{code}")),
                "taxonomy_term": {"taxonomy": taxonomy, "term": code},
            }

    def _phones(self) -> Sequence[Json]:
        number = self.cells.get("phone")
        return [{"id": str(self.id_of("phone", self.reference)), "number": number}] if number else []

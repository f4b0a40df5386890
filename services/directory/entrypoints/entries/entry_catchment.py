"""Where the people of an entry may live, as a form has it: all of London, boroughs, wards, a circle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from services.directory.entrypoints.entries.entry_fields import Document, NotRight, Typed, codes_in
from services.directory.entrypoints.entries.entry_whereabouts import EntryPlaces
from services.directory.entrypoints.finding.told_service import METRES_OF_A_MILE, told_circle
from services.directory.storage.own_fields import OwnFields
from shared.vocabulary import vocabulary
from shared.web.phrases import translatable

MOST_MILES = 50
MOST_WARDS = 100
DECIMALS = 3  # of a degree, some hundred metres: a volunteer may have given where they live themselves
Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class WardsOfBorough:
    code: str
    name: str
    wards: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Catchment:
    """What is drawn stays as it is. Wards are chosen borough by borough: those whose wards are shown travel along."""

    places: EntryPlaces
    kind: ClassVar[str] = "catchment"
    name: str = "catchment"
    label: str = translatable("Where people can come from")

    @property
    def boroughs(self) -> list[tuple[str, str]]:
        return sorted(
            ((code, each.name) for code, each in vocabulary.boroughs().items()), key=lambda it: it[1]
        )

    def shown(self, document: Document) -> dict[str, list[str]]:
        said = _said(document)
        return {
            "everywhere": ["yes"] if said.get("everywhere") else [],
            "areas": codes_in(said.get("areas")),
            "wards": codes_in(said.get("wards")),
        }

    def shown_wards(self, answers: Answers) -> list[WardsOfBorough]:
        """Of boroughs of which some are ticked, and of those that were asked for."""
        ticked = {self.places.borough_of(ward) for ward in answers.get("wards", ())}
        asked = ticked | {*answers.get("ward_boroughs", ()), *answers.get("ward_borough", ())}
        return [
            WardsOfBorough(code, name, self.places.wards_of(code))
            for code, name in self.boroughs
            if code in asked
        ]

    def circle(self, document: Document) -> Markup | None:
        """The one that there is."""
        circle = _said(document).get("circle")
        return told_circle(circle["metres"], circle.get("name")) if isinstance(circle, Mapping) else None

    def has_outline(self, document: Document) -> bool:
        return bool(_said(document).get("outline"))

    def asks_for_more(self, typed: Typed) -> bool:
        """A borough was chosen whose wards are not shown yet."""
        return typed.one("ward_borough") not in {"", *typed.all("ward_boroughs")}

    def read(self, typed: Typed, document: Document) -> OwnFields:
        before, said = self.shown(document), _said(document)
        read = said | {
            "everywhere": typed.one("everywhere") == "yes",
            "areas": _ticked(before["areas"], typed.all("areas"), [code for code, _name in self.boroughs]),
            "wards": self._wards(typed, before["wards"]),
        }
        read.pop("circle", None)
        read |= self._circle(typed, document)
        if not any(read.get(key) for key in ("everywhere", "areas", "wards", "circle", "outline")):
            raise NotRight("areas", translatable("Say where people can come from"))
        return {self.name: read, **(self._home(document, read) if read != said else {})}

    def _home(self, document: Document, read: Document) -> OwnFields:
        """A service of no borough still belongs to the area that looks after it."""
        if document.get("home_area") or read["areas"]:
            return {}
        earlier = (*self.shown(document)["areas"], *map(self.places.borough_of, codes_in(read["wards"])))
        home = next((code for code in earlier if code), None)
        return {"home_area": home} if home else {}

    def _wards(self, typed: Typed, before: list[str]) -> list[str]:
        """Of a borough whose wards were not shown, none can have been taken away."""
        asked = set(typed.all("ward_boroughs"))
        shown = [self.places.wards_of(code) for code, _name in self.boroughs if code in asked]
        offered = [ward for wards in shown for ward, _name in wards]
        wards = _ticked(before, typed.all("wards"), offered)
        if len(wards) > max(MOST_WARDS, len(before)):
            raise NotRight("wards", translatable("Tick at most 100 wards, or whole boroughs"))
        return wards

    def _circle(self, typed: Typed, document: Document) -> dict[str, object]:
        """A new one in the place of the one there is, or that, or none. Nothing is drawn around a hidden place."""
        if document.get("sensitive"):
            return {}
        before = _said(document).get("circle")
        miles, postcode = typed.one("circle_miles"), typed.one("circle_postcode")
        if not miles and not postcode:
            return {} if before is None or typed.one("circle_remove") else {"circle": before}
        number = _miles(miles)
        if number is None:
            raise NotRight("circle_miles", translatable("Write how many miles, from 0.1 to 50, such as 1.5"))
        spot = self.places.spot_of(postcode)
        if spot is None:
            raise NotRight("circle_postcode", translatable("We do not know this postcode. Check it"))
        latitude, longitude = (round(each, DECIMALS) for each in spot.point)
        metres = round(number * METRES_OF_A_MILE)
        return {"circle": {"latitude": latitude, "longitude": longitude, "metres": metres, "name": spot.name}}


def _ticked(before: Sequence[str], typed: Sequence[str], offered: Sequence[str]) -> list[str]:
    """What the entry says besides and we do not offer stays as it is."""
    ticked = set(typed)
    kept = [code for code in before if code in ticked or code not in offered]
    return [*kept, *(code for code in offered if code in ticked and code not in before)]


def _miles(text: str) -> float | None:
    whole, _, part = text.partition(".")
    if not text.isascii() or not (whole.isdigit() or part.isdigit()) or len(text) > 5:
        return None
    try:
        miles = float(text)
    except ValueError:
        return None
    return miles if 0.1 <= miles <= MOST_MILES else None


def _said(document: Document) -> dict[str, object]:
    found = document.get("catchment")
    return dict(found) if isinstance(found, Mapping) else {}

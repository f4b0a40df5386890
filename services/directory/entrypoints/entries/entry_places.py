"""The places of an entry, as a form has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import uuid4

from services.directory.entrypoints.entries.entry_fields import Document, NotRight, Typed, objects, plain_text
from services.directory.entrypoints.entries.entry_whereabouts import EntryPlaces
from services.directory.storage.own_fields import OwnFields
from shared.web.phrases import translatable

MOST_PLACES = 20
LONGEST = 200
LINES = ("name", "address", "city", "postcode")


@dataclass(frozen=True, slots=True)
class Places:
    """Rows by number, each with the id of its place, and an empty one for a new place."""

    known: EntryPlaces
    kind: ClassVar[str] = "places"
    name: str = "places"
    label: str = translatable("Where people meet")

    def shown(self, document: Document) -> dict[str, list[str]]:
        rows = objects(document, self.name)
        found = {"place_rows": [str(len(rows) + 1)]}
        for number, place in enumerate(rows):
            found |= {f"place_{number}_{key}": [value] for key, value in _shown(place).items()}
        return found

    def read(self, typed: Typed, document: Document) -> OwnFields:
        if document.get("sensitive"):
            return {}
        known = {str(each["link_id"]): each for each in objects(document, self.name)}
        number = typed.number("place_rows")
        if number is None:
            return {}
        if number > max(MOST_PLACES, len(known)) + 1:
            raise NotRight("place_0_name", translatable("Give at most 20 places"))
        read = (self._read(typed, f"place_{each}_", known) for each in range(number))
        return {self.name: [place for place in read if place is not None]}

    def _read(self, typed: Typed, row: str, known: dict[str, dict[str, object]]) -> dict[str, object] | None:
        before = known.pop(typed.one(f"{row}id"), None)
        lines = {line: plain_text(typed.one(f"{row}{line}")) for line in LINES}
        if typed.one(f"{row}remove") or (before is None and not any(lines.values())):
            return None
        if before is not None and _same(lines, _shown(before)):
            return before
        for line, text in lines.items():
            if len(text) > LONGEST:
                raise NotRight(f"{row}{line}", translatable("Write at most 200 characters"))
        has_address = before is None or bool(objects(before, "addresses"))
        if has_address or lines["address"] or lines["postcode"]:
            for line in ("address", "postcode"):
                if not lines[line]:
                    raise NotRight(f"{row}{line}", translatable("Write the whole address"))
        return self._changed(before, lines, row)

    def _changed(
        self, before: dict[str, object] | None, lines: dict[str, str], row: str
    ) -> dict[str, object]:
        place: dict[str, object] = dict(
            before or {"link_id": str(uuid4()), "id": str(uuid4()), "kind": "physical"}
        )
        moved = before is None or lines["postcode"] != plain_text(_shown(before)["postcode"])
        if place["kind"] == "physical" and moved:
            spot = self.known.spot_of(lines["postcode"])
            if spot is None:
                raise NotRight(f"{row}postcode", translatable("We do not know this postcode. Check it"))
            place |= {"latitude": spot.point[0], "longitude": spot.point[1]}
        place["name"] = lines["name"] or None
        if lines["address"]:
            place["addresses"] = [_address(place, lines), *objects(place, "addresses")[1:]]
        return {key: value for key, value in place.items() if value is not None}


def place_words(place: Document) -> str:
    """One place in a line."""
    said = _shown(place)
    return ", ".join(dict.fromkeys(said[line] for line in LINES if said[line])) or str(place.get("kind", ""))


def _shown(place: Document) -> dict[str, str]:
    address = next(iter(objects(place, "addresses")), {})
    return {
        "id": str(place["link_id"]),
        "name": str(place.get("name") or ""),
        "address": str(address.get("address_1") or ""),
        "city": str(address.get("city") or ""),
        "postcode": str(address.get("postal_code") or ""),
    }


def _same(lines: Mapping[str, str], shown: Mapping[str, str]) -> bool:
    """A browser ends lines in a way of its own, and what is around a name is not meant."""
    return all(lines[line] == plain_text(shown[line]) for line in LINES)


def _address(place: Document, lines: dict[str, str]) -> dict[str, object]:
    fresh = {"id": str(uuid4()), "kind": "physical", "county": "Greater London", "country": "GB"}
    before: dict[str, object] = next(iter(objects(place, "addresses")), {**fresh})
    return before | {
        "address_1": lines["address"],
        "city": lines["city"] or "London",
        "postal_code": lines["postcode"],
    }

"""The headings of the simple sheet, in plain words, with what stands in the template below each."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """`also` are other headings by which people have called the same."""

    heading: str
    example: str
    also: tuple[str, ...] = ()


COLUMNS: Mapping[str, Column] = {
    "reference": Column("Reference", "walk-1", ("ref", "id")),
    "name": Column("Name", "Canal walk", ("service", "service name", "name of service")),
    "organisation": Column(
        "Organisation", "Walkers of Mile End", ("group", "organization", "organisation name")
    ),
    "about": Column("About the organisation", "Neighbours who walk together."),
    "description": Column("What happens", "A steady walk, then tea.", ("description",)),
    "status": Column("Status", "active"),
    "needs": Column("Helps with", "Feeling lonely; Moving more", ("needs",)),
    "suits": Column("For", "Older people", ("suits", "who it is for")),
    "does_not_suit": Column("Not for", "", ("does not suit",)),
    "minimum_age": Column("Youngest age", "18", ("minimum age", "min age")),
    "maximum_age": Column("Oldest age", "", ("maximum age", "max age")),
    "languages": Column("Languages", "English; Bengali"),
    "worker_languages": Column("Workers speak", "Bengali"),
    "worker_sexes": Column("Workers", "Female", ("worker sex",)),
    "access": Column("Access", "Step-free; Quiet space"),
    "delivery": Column("How", "At a place", ("delivery",)),
    "areas": Column("Takes people from", "Tower Hamlets; Hackney", ("areas", "boroughs", "catchment")),
    "secret": Column("Address is secret", "no"),
    "place": Column("Place", "The pavilion", ("venue", "place name")),
    "address": Column("Address", "Clinton Road"),
    "town": Column("Town", "London", ("city",)),
    "postcode": Column("Postcode", "E3 4QY", ("post code",)),
    "latitude": Column("Latitude", ""),
    "longitude": Column("Longitude", ""),
    "days": Column("Days", "Tuesday; Saturday", ("day",)),
    "opens": Column("Opens", "6pm", ("starts at", "start time", "from time")),
    "closes": Column("Closes", "8pm", ("ends at", "end time", "until time")),
    "first_day": Column("First day", "", ("start date", "starts on", "date")),
    "last_day": Column("Last day", "", ("end date", "ends on")),
    "not_on": Column("Not on", "25/12/2026"),
    "also_on": Column("Also on", ""),
    "cost": Column("Cost", "Free", ("price", "fees")),
    "join": Column("How to join", "Just come", ("join",)),
    "join_words": Column("More on joining", "Meet at the gate."),
    "eligibility": Column("Who can come", "", ("eligibility",)),
    "phone": Column("Phone", "", ("telephone", "tel")),
    "email": Column("Email", "", ("e-mail",)),
    "url": Column("Web address", "", ("website", "web", "url")),
    "assured": Column("Checked on", "", ("last checked", "assured date")),
}
NEEDED = ("name", "organisation")
FIELD_OF_HEADING: Mapping[str, str] = {
    heading.casefold(): name for name, column in COLUMNS.items() for heading in (column.heading, *column.also)
}


def template() -> str:
    """The sheet to begin with: the headings and one service to write over."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([column.heading for column in COLUMNS.values()])
    writer.writerow([column.example for column in COLUMNS.values()])
    return written.getvalue()

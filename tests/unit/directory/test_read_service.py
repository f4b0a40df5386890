"""Open Referral UK records become services, or are refused with the field and the rule."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.directory.domain.catchment import Catchment, Circle
from services.directory.domain.errors import RecordRefused
from services.directory.domain.joining import JoinBy, Phone
from services.directory.domain.listing import OtherArea
from services.directory.domain.service import Pool
from services.directory.oruk.field_reader import Remark
from services.directory.oruk.read_service import read_service_record
from services.directory.oruk.write_service import service_record
from tests.unit.directory.records import ORGANISATION_ID, POOL_ID, SERVICE_ID, a_record, attribute

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def test_a_whole_record_becomes_a_service_with_all_that_routing_needs() -> None:
    read = read_service_record(a_record(attribute("kith-does-not-suit", "women")))

    service = read.service
    assert service.organisation_id == ORGANISATION_ID
    assert service.pools == (Pool(POOL_ID, "session", "Tuesday walk"),)
    assert service.catchment == Catchment(everywhere=False, areas=("E09000030",))
    assert service.suitability.needs == ("loneliness",)
    assert service.suitability.does_not_suit == ("women",)
    assert service.suitability.languages == ("bn",)
    assert service.suitability.delivery == ("at-a-place",)
    assert service.coordinates == (51.52631, -0.03682)
    assert service.open_in_evenings
    assert service.open_at_weekends
    assert service.area == "E09000030"
    assert read.remarks == ()


def test_the_private_contact_becomes_the_address_for_messages_and_its_name_is_not_kept() -> None:
    read = read_service_record(a_record())

    assert read.organisation.address_for_messages == "private@walkers.example.org"
    assert "Private Person" not in repr(read)


def test_a_contact_that_is_not_marked_private_is_not_used_for_messages() -> None:
    contact = {"id": "44444444-4444-4444-8444-444444444444", "email": "someone@walkers.example.org"}

    read = read_service_record(a_record(contacts=[contact]))

    assert read.organisation.address_for_messages == "office@walkers.example.org"


def test_the_place_of_a_sensitive_service_is_not_kept() -> None:
    read = read_service_record(a_record(attribute("kith-safety", "hidden-address")))

    assert read.service.sensitive
    assert read.service.places == ()
    assert read.service.coordinates is None
    assert "E3 4QY" not in repr(read.service)
    assert Remark("service_at_locations", "hidden-address-not-kept") in read.remarks


def test_a_service_without_a_pool_of_its_own_gets_one_that_stays_the_same() -> None:
    record = a_record() | {"attributes": [attribute("kith-needs", "loneliness")]}

    first = read_service_record(record).service
    second = read_service_record(record).service

    assert len(first.pools) == 1
    assert first.pools == second.pools


REFUSED: Mapping[str, tuple[dict[str, object], str, str]] = {
    "no id": ({"id": None}, "id", "missing"),
    "an id that is no uuid": ({"id": "seventeen"}, "id", "not-a-uuid"),
    "no name": ({"name": "  "}, "name", "missing"),
    "a name that is a number": ({"name": 7}, "name", "not-text"),
    "a name that cannot be stored": ({"name": "a\0b"}, "name", "not-storable-text"),
    "half a surrogate pair": ({"name": "a\ud800"}, "name", "not-storable-text"),
    "a text without end": ({"description": "x" * 20_001}, "description", "too-long"),
    "an unknown status": ({"status": "open"}, "status", "not-one-of-the-list"),
    "no organisation": ({"organization": None}, "organization", "missing"),
    "an organisation that is a list": ({"organization": []}, "organization", "not-an-object"),
    "ages the wrong way round": ({"maximum_age": 10}, "minimum_age", "above-maximum-age"),
    "an age of a tree": ({"minimum_age": 900}, "minimum_age", "not-an-age"),
    "an age in words": ({"minimum_age": "old"}, "minimum_age", "not-a-number"),
    "an age that is true": ({"minimum_age": True}, "minimum_age", "not-a-number"),
    "schedules that are no list": ({"schedules": {}}, "schedules", "not-a-list"),
    "lists without end": ({"languages": [{}] * 1_001}, "languages", "too-many"),
    "a day that is none": (
        {"schedules": [{"id": "55555555-5555-4555-8555-555555555555", "byday": "TU,XX"}]},
        "schedules[0].byday",
        "not-a-day",
    ),
    "a language tag that is none": (
        {"languages": [{"id": "55555555-5555-4555-8555-555555555555", "code": "english!"}]},
        "languages[0].code",
        "not-a-language-tag",
    ),
    "an area that does not exist": (
        {"service_areas": [{"extent_type": "gss", "extent": "E09000099"}]},
        "service_areas[0].extent",
        "not-a-known-area",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_record_is_refused_with_field_and_rule_for(case: str) -> None:
    changes, field, rule = REFUSED[case]

    with pytest.raises(RecordRefused) as refusal:
        read_service_record(a_record(**changes))

    assert (refusal.value.field, refusal.value.rule) == (field, rule)


def test_a_misspelt_need_is_refused_because_it_would_send_people_nowhere() -> None:
    with pytest.raises(RecordRefused) as refusal:
        read_service_record(a_record(attribute("kith-needs", "lonelyness")))

    assert refusal.value.field == "attributes[2].taxonomy_term.term"
    assert refusal.value.rule == "not-in-the-taxonomy"


def test_a_pool_named_twice_is_refused() -> None:
    twin = attribute("kith-pools", "event", value="Twin") | {"id": str(POOL_ID)}

    with pytest.raises(RecordRefused, match="pool-id-repeated"):
        read_service_record(a_record(twin))


def test_a_refusal_never_repeats_the_value_that_broke_the_rule() -> None:
    with pytest.raises(RecordRefused) as refusal:
        read_service_record(a_record(id="jane.doe@example.org"))

    assert "jane" not in str(refusal.value)


def test_an_impossible_latitude_is_left_out_and_the_service_is_taken() -> None:
    record = a_record()
    places = record["service_at_locations"]
    assert isinstance(places, list)
    places[0]["location"]["latitude"] = 100

    read = read_service_record(record)

    assert read.service.coordinates is None
    assert Remark("service_at_locations[0].location.latitude", "out-of-range") in read.remarks


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.org/x", "http://", "a b"])
@pytest.mark.asvs("V1.2.2")
def test_a_link_that_is_not_a_web_address_is_left_out(address: str) -> None:
    read = read_service_record(a_record(url=address))

    assert read.service.url is None
    assert Remark("url", "not-a-web-address") in read.remarks


@pytest.mark.parametrize(
    "address", ["nobody", "a@b", "a@@b.org", "a@b.org,c@d.org", "x\n@b.org", "é@b.org", "x?bcc=all@b.org"]
)
def test_an_email_that_could_not_be_written_to_is_left_out(address: str) -> None:
    assert read_service_record(a_record(email=address)).service.email is None


def test_a_service_with_no_language_given_is_in_english_and_says_so() -> None:
    read = read_service_record(a_record(languages=None))

    assert read.service.suitability.languages == ("en",)
    assert Remark("languages", "none-known-so-english") in read.remarks


def test_a_language_given_by_name_alone_is_found() -> None:
    languages = [{"id": "55555555-5555-4555-8555-555555555555", "name": "somali"}]

    assert read_service_record(a_record(languages=languages)).service.suitability.languages == ("so",)


def test_everywhere_is_a_catchment() -> None:
    areas = [{"id": "55555555-5555-4555-8555-555555555555", "extent_type": "gss", "extent": "everywhere"}]

    read = read_service_record(a_record(service_areas=areas))

    assert read.service.catchment.everywhere
    assert read.service.area is None


OPENING_ID = UUID("55555555-5555-4555-8555-555555555555")


def test_wards_circles_and_outlines_are_a_catchment_that_routing_passes_by() -> None:
    areas = [
        {"id": str(POOL_ID), "extent_type": "gss", "extent": "E05009321"},
        {"id": str(POOL_ID), "extent_type": "GeoJSON", "name": "Near us", "extent": CIRCLE},
        {"id": str(POOL_ID), "extent_type": "geojson", "extent": SQUARE},
        {"id": str(POOL_ID), "extent_type": "geojson", "extent": SQUARE.replace("51.0", "50.5")},
        {"id": str(POOL_ID), "extent_type": "geojson", "extent": CIRCLE},
    ]

    read = read_service_record(a_record(service_areas=areas))

    catchment = read.service.catchment
    assert (catchment.wards, catchment.circle) == (("E05009321",), Circle(51.2, 0.2, 1500, "Near us"))
    assert catchment.outline is not None
    assert len(catchment.outline.polygons) == 2
    assert not catchment.is_read_by_routing
    assert len(read.service.other_areas) == 1
    assert Remark("service_areas", "no-area-that-routing-can-read") in read.remarks


def test_nothing_that_is_drawn_is_kept_of_a_sensitive_service() -> None:
    areas = [{"id": str(POOL_ID), "extent_type": kind, "extent": CIRCLE} for kind in ("geojson", "kml")]
    hidden = attribute("kith-safety", "hidden-address")

    read = read_service_record(a_record(hidden, service_areas=areas))

    assert read.service.sensitive
    assert "51.2" not in repr(read.service)
    assert Remark("service_areas[0].extent", "hidden-address-not-kept") in read.remarks


@pytest.mark.parametrize("kind", ["", "wkt", "GeoJSON feature", "postcode"])
def test_of_a_sensitive_service_s_other_areas_the_name_is_kept_alone(kind: str) -> None:
    area = {
        "id": str(POOL_ID),
        "name": "East London",
        "extent_type": kind,
        "extent": CIRCLE,
        "uri": "https://maps.example/51.2/around",
    }

    read = read_service_record(
        a_record(attribute("kith-safety", "hidden-address"), service_areas=[area, area | {"name": ""}])
    )

    assert [each.name for each in read.service.other_areas] == ["East London"]
    assert "51.2" not in repr(read.service)
    assert Remark("service_areas[0].extent", "hidden-address-not-kept") in read.remarks


def test_what_an_earlier_reader_kept_of_a_sensitive_service_s_areas_goes_out_by_name_alone() -> None:
    read = read_service_record(a_record(attribute("kith-safety", "hidden-address")))
    area = OtherArea(POOL_ID, "East London", CIRCLE, "wkt", "https://maps.example/51.2")

    written = service_record(replace(read.service, other_areas=(area,)), read.organisation, NOW)

    assert "East London" in repr(written["service_areas"])
    assert "51.2" not in repr(written)


def test_a_session_has_the_opening_that_it_names_and_no_other() -> None:
    named = attribute("kith-pools", "session", value="Walk", link_type="schedule", link_id=str(OPENING_ID))
    lost = named | {"id": str(SERVICE_ID), "link_id": str(SERVICE_ID)}

    read = read_service_record(a_record() | {"attributes": [named, lost]})

    first, second = read.service.pools
    opening = read.service.opening_of(first)
    assert opening is not None
    assert opening.id == OPENING_ID
    assert second.opening_id is None
    assert Remark("attributes", "pool-of-no-schedule") in read.remarks


def test_days_that_fall_out_or_come_besides_are_read_and_a_bad_one_is_left_out() -> None:
    schedule = {
        "id": str(OPENING_ID),
        "freq": "WEEKLY",
        "byday": "TU",
        "exdate": "2026-12-25, Easter",
        "rdate": "2026-12-31",
    }

    read = read_service_record(a_record(schedules=[schedule]))

    [opening] = read.service.opening
    assert (opening.not_on, opening.also_on) == ((date(2026, 12, 25),), (date(2026, 12, 31),))
    assert Remark("schedules[0].exdate", "not-a-date") in read.remarks


def test_numbers_of_the_service_are_read_and_those_of_its_people_are_not() -> None:
    phones = [{"id": str(POOL_ID), "number": "020 7946 0000", "extension": 7}]
    contacts = [
        {
            "id": str(POOL_ID),
            "name": "Private Person",
            "phones": [{"id": str(POOL_ID), "number": "07700 900123"}],
        }
    ]

    service = read_service_record(a_record(phones=phones, contacts=contacts)).service

    assert service.phones == (Phone(POOL_ID, "020 7946 0000", "7"),)
    assert "07700" not in repr(service)


def test_how_to_join_is_ways_and_words() -> None:
    ways = [attribute("kith-join", "book"), attribute("kith-worker-language", "cy")]

    service = read_service_record(a_record(*ways, application_process="Ring us.")).service

    assert service.how_to_join == JoinBy(("book",), "Ring us.")
    assert service.suitability.worker_languages == ("cy",)
    assert read_service_record(a_record()).service.how_to_join is None


def test_a_service_that_is_only_listed_is_given_no_pool() -> None:
    record = a_record() | {"attributes": []}

    assert read_service_record(record, routable=False).service.pools == ()


CIRCLE = '{"type": "Point", "coordinates": [0.2, 51.2], "radius": 1500}'
SQUARE = '{"type": "Polygon", "coordinates": [[[0, 51.0], [0, 52], [1, 52], [0, 51.0]]]}'

"""Events say where, when and for whom, and nothing that identifies or locates what must stay hidden."""

from dataclasses import replace
from datetime import date, time
from uuid import uuid4

import pytest

from services.directory.domain.catchment import Catchment, Circle, Outline
from services.directory.domain.opening import Opening
from services.directory.domain.place import Place
from services.directory.domain.service import Pool
from services.directory.oruk.read_service import read_service_record
from services.directory.published_events import service_published, service_withdrawn
from services.directory.storage.organisation_names import ToldNames
from tests.unit.directory.records import POOL_ID, SERVICE_ID, a_record, attribute


def test_a_published_service_carries_its_full_state_in_codes() -> None:
    event = service_published(read_service_record(a_record()).service, version=3)

    assert event.key == str(SERVICE_ID)
    assert event.version == 3
    assert event.needs == ("loneliness",)
    assert event.catchment.areas == ("E09000030",)
    assert (event.evenings, event.weekends) == (True, True)
    assert (event.latitude, event.longitude) == (51.52631, -0.03682)
    assert [pool.pool_id for pool in event.pools] == [POOL_ID]


def test_no_contact_address_or_free_text_travels_in_an_event() -> None:
    body = service_published(read_service_record(a_record()).service, version=1).model_dump_json()

    for secret in ("@", "Clinton Road", "E3 4QY", "steady walk", "Private Person"):
        assert secret not in body


def test_an_organisation_travels_by_name_but_not_with_a_sensitive_service() -> None:
    names = ToldNames("Bow Arts Centre", uuid4(), "North network")
    service = read_service_record(a_record()).service

    event = service_published(service, version=1, names=names)
    hidden = service_published(replace(service, sensitive=True, places=()), version=1, names=names)

    assert (event.organisation_name, event.lead_organisation_name) == ("Bow Arts Centre", "North network")
    assert (hidden.organisation_name, hidden.lead_organisation_id, hidden.lead_organisation_name) == (
        None,
        None,
        None,
    )


def test_a_sensitive_service_travels_without_place_and_name() -> None:
    record = a_record(attribute("kith-safety", "hidden-address"))

    event = service_published(read_service_record(record).service, version=1)

    assert event.sensitive
    assert event.latitude is None
    assert event.longitude is None
    assert event.name == "A confidential support service"


def test_a_sensitive_service_cannot_be_made_with_a_place() -> None:
    service = read_service_record(a_record()).service

    with pytest.raises(ValueError, match="must not carry a place"):
        replace(service, sensitive=True)


def test_a_virtual_place_has_no_coordinates_for_routing() -> None:
    service = read_service_record(a_record()).service
    place = Place(SERVICE_ID, SERVICE_ID, "virtual", latitude=51.5, longitude=0.0)

    assert service_published(replace(service, places=(place,)), version=1).latitude is None


def test_a_name_longer_than_an_event_carries_is_cut() -> None:
    service = read_service_record(a_record(name="x" * 500)).service

    assert len(service_published(service, version=1).name) == 200


def test_a_withdrawn_service_names_the_pools_that_close() -> None:
    event = service_withdrawn(read_service_record(a_record()).service, version=2)

    assert [pool.pool_id for pool in event.pools] == [POOL_ID]
    assert not event.closed


def test_wards_and_circles_travel_as_what_they_are_and_never_as_a_borough() -> None:
    """Who reads boroughs alone sends nobody: a ward's borough would be too wide."""
    service = read_service_record(a_record()).service
    ring = ((0.0, 51.0), (0.0, 52.0), (1.0, 52.0), (0.0, 51.0))
    catchment = Catchment(
        wards=("E05009321",), circle=Circle(51.5, 0.1, 900, "Near us"), outline=Outline(((ring,),))
    )

    event = service_published(replace(service, catchment=catchment), version=1)

    assert (event.catchment.everywhere, event.catchment.areas) == (False, ())
    assert event.catchment.wards == ("E05009321",)
    assert event.catchment.circle is not None
    assert event.catchment.circle.metres == 900
    assert "52.0" not in event.model_dump_json()
    assert "Near us" not in event.model_dump_json()


def test_nobody_is_asked_for_the_space_of_a_service_that_is_only_listed() -> None:
    service = read_service_record(a_record()).service

    assert service_published(service, version=1, routable=False).pools == ()


def test_a_sensitive_service_cannot_be_made_with_a_circle_around_a_place() -> None:
    service = read_service_record(a_record(attribute("kith-safety", "hidden-address"))).service

    with pytest.raises(ValueError, match="drawn around a place"):
        replace(service, catchment=Catchment(circle=Circle(51.5, 0.1, 900)))


def test_who_comes_along_travels_apart_from_the_places_of_the_service() -> None:
    record = read_service_record(a_record()).service
    along = Pool(uuid4(), "interpreter", "Somali interpreters")

    event = service_published(replace(record, pools=(*record.pools, along)), version=1)

    assert [(each.pool_id, each.kind) for each in event.companions] == [(along.id, "interpreter")]
    assert along.id not in {each.pool_id for each in event.pools}
    assert not service_published(replace(record, pools=(along,)), version=1, routable=False).companions


def test_when_its_pools_take_place_travels_in_codes_and_times_alone() -> None:
    service = read_service_record(a_record()).service
    openings = {
        "weekly": Opening(
            uuid4(), days=("TU", "+2TH"), opens_at=time(10), closes_at=time(12), notes="Ring Sue"
        ),
        "from a day on": Opening(uuid4(), "WEEKLY", 2, starts_on="2027-01-11", description="By the lake"),
        "once": Opening(uuid4(), starts_on="2026-12-05", opens_at=time(9, 30)),
        "by its numbers": Opening(uuid4(), "MONTHLY", 3, month_days="1,15", opens_at=time(9)),
        "each third month": Opening(uuid4(), "MONTHLY", 3, ("2TU",), opens_at=time(9)),
        "each second month": Opening(uuid4(), "WEEKLY", 2, ("2TU",), opens_at=time(9)),
        "Friday the 13th": Opening(uuid4(), days=("FR",), month_days="13", opens_at=time(9)),
        "each second week, of no day": Opening(uuid4(), "WEEKLY", 2, opens_at=time(9)),
        "no day that there is": Opening(uuid4(), starts_on="5 December", opens_at=time(9)),
        "nothing known": Opening(uuid4(), description="When we can"),
    }
    pools = {name: Pool(uuid4(), "session", "Sue's group", each.id) for name, each in openings.items()}
    unlinked = Pool(uuid4(), "session", "Sue's other group")

    event = service_published(
        replace(service, opening=tuple(openings.values()), pools=(*pools.values(), unlinked)), version=1
    )

    told = {each.pool_id: each.model_dump(exclude={"pool_id"}, exclude_defaults=True) for each in event.times}
    assert told == {
        pools["weekly"].id: {"days": ("TU", "2TH"), "opens_at": "10:00", "closes_at": "12:00"},
        pools["from a day on"].id: {"days": ("MO",), "every_weeks": 2},
        pools["once"].id: {"on": date(2026, 12, 5), "opens_at": "09:30"},
        pools["by its numbers"].id: {"opens_at": "09:00"},
        pools["each third month"].id: {"opens_at": "09:00"},
        pools["each second month"].id: {"opens_at": "09:00"},
        pools["Friday the 13th"].id: {"opens_at": "09:00"},
        pools["each second week, of no day"].id: {"opens_at": "09:00"},
        pools["no day that there is"].id: {"opens_at": "09:00"},
    }
    for secret in ("Sue", "lake", "When we can"):
        assert secret not in event.model_dump_json()
    assert not service_published(service, version=1, routable=False).times


def test_a_sensitive_service_travels_without_its_times() -> None:
    """Those of its area read under a neutral name what can be full: by its hours they could tell which it is."""
    service = read_service_record(a_record(attribute("kith-safety", "hidden-address"))).service
    weekly = Opening(uuid4(), days=("TU",), opens_at=time(10), valid_from="2026-12-01")
    pools = tuple(Pool(uuid4(), kind, "Sue's group", weekly.id) for kind in ("session", "event"))

    event = service_published(replace(service, opening=(weekly,), pools=pools), version=1)
    routed = service_published(replace(service, sensitive=False, opening=(weekly,), pools=pools), version=1)

    assert (event.times, event.first_days) == ((), ())
    assert (len(routed.times), len(routed.first_days)) == (2, 1)
    assert [each.pool_id for each in event.pools] == [each.id for each in pools]


def test_only_an_event_of_one_day_has_a_day_after_which_it_is_over() -> None:
    """Of one that comes again, or lasts, the first day travels as such alone."""
    first, last = "2026-12-05", "2026-12-07"
    one_day = {
        "on a day": Opening(uuid4(), starts_on=first),
        "until its own day": Opening(uuid4(), starts_on=first, valid_to=first),
        "from a day to the same": Opening(uuid4(), valid_from=first, valid_to=first),
    }
    several = {
        "each week": Opening(uuid4(), "WEEKLY", starts_on=first),
        "each Saturday": Opening(uuid4(), days=("SA",), valid_from=first),
        "from a day on": Opening(uuid4(), valid_from=first),
        "from a day to another": Opening(uuid4(), valid_from=first, valid_to=last),
        "from its day to another": Opening(uuid4(), starts_on=first, valid_to=last),
        "on another day too": Opening(uuid4(), starts_on=first, also_on=(date(2026, 12, 7),)),
    }

    for name, opening in (one_day | several).items():
        for kind in ("event", "cohort", "session"):
            pool = Pool(uuid4(), kind, "A fair", opening.id)
            told = service_published(
                replace(read_service_record(a_record()).service, opening=(opening,), pools=(pool,)), version=1
            )
            days = [each.starts_on for each in told.days]
            firsts = [each.starts_on for each in told.first_days]

            known = kind == "cohort" or (kind == "event" and name in one_day)
            assert (name, kind, days) == (name, kind, [date(2026, 12, 5)] if known else [])
            again = kind == "event" and name in several
            assert (name, kind, firsts) == (name, kind, [date(2026, 12, 5)] if again else [])

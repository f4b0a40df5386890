"""The London pack is a feed without a fault that gives routing a choice in every borough it is about."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from services.directory.oruk.feed import Feed, parse_page, read_feed
from services.directory.published_events import service_published
from shared.vocabulary import vocabulary

PACK = Path(__file__).parents[3] / "deploy" / "london" / "pack.json"
BOROUGHS = (
    "Ealing",
    "Tower Hamlets",
    "Waltham Forest",
    "Camden",
    "Hackney",
    "Lambeth",
    "Hounslow",
    "Hillingdon",
    "Barking and Dagenham",
)
NEEDS = (
    "loneliness",
    "money-advice",
    "housing",
    "mental-wellbeing",
    "healthy-eating",
    "creative",
    "mens-groups",
)


@cache
def the_pack() -> Feed:
    return read_feed([parse_page(PACK.read_bytes())])


SHOWN_ALONE = {"Coppermill neighbours", "Deptford Creek walk"}
"""They take people from wards and from a circle, which search reads and routing does not."""


def test_nothing_in_the_pack_is_refused_or_remarked_on() -> None:
    feed = the_pack()

    assert feed.refused == []
    assert {(feed.services[each.record_id].name, each.rule) for each in feed.remarks if each.record_id} == {
        (name, "no-area-that-routing-can-read") for name in SHOWN_ALONE
    }
    assert len(feed.remarks) == len(SHOWN_ALONE)
    assert feed.envelope_faults == []
    assert len(feed.services) == feed.record_count >= 40


@pytest.mark.parametrize("borough", BOROUGHS)
@pytest.mark.parametrize("need", NEEDS)
def test_each_need_has_at_least_two_services_in(borough: str, need: str) -> None:
    code = next(each.code for each in vocabulary.boroughs().values() if each.name == borough)

    suitable = [
        service
        for service in the_pack().services.values()
        if need in service.suitability.needs
        and (service.catchment.everywhere or code in service.catchment.areas)
    ]

    assert len(suitable) >= 2


def test_every_need_of_the_vocabulary_has_a_service_somewhere() -> None:
    served = {need for service in the_pack().services.values() for need in service.suitability.needs}

    assert served == set(vocabulary.needs())


def test_every_service_takes_people_from_somewhere_has_a_pool_and_an_address_for_messages() -> None:
    feed = the_pack()

    for service in feed.services.values():
        assert service.catchment.is_known, service.name
        assert service.pools, service.name
        assert feed.organisations[service.organisation_id].address_for_messages, service.name
    for organisation in feed.organisations.values():
        assert (organisation.address_for_messages or "").endswith(".example.org")


def test_no_two_pools_share_an_id() -> None:
    pools = Counter(pool.id for service in the_pack().services.values() for pool in service.pools)

    assert max(pools.values()) == 1


def test_what_can_be_full_of_one_service_is_told_apart_by_its_times() -> None:
    for service in the_pack().services.values():
        event = service_published(service, version=1)
        times = {each.model_copy(update={"pool_id": service.id}) for each in event.times}
        assert len(event.pools) == 1 or len(times) == len(event.pools), service.name


def test_domestic_abuse_support_is_hidden_and_has_no_address_even_in_the_file() -> None:
    sensitive = [service for service in the_pack().services.values() if service.sensitive]

    assert [service.suitability.needs for service in sensitive] == [("domestic-abuse",)]
    assert all(service.coordinates is None and service.places == () for service in sensitive)


def test_every_place_lies_in_the_borough_it_says() -> None:
    """Within some kilometres of where the borough's people live: enough to catch a slipped digit."""
    for service in the_pack().services.values():
        if service.coordinates and service.home_area:
            home = vocabulary.boroughs()[service.home_area]
            assert abs(service.coordinates[0] - home.latitude) < 0.08, service.name
            assert abs(service.coordinates[1] - home.longitude) < 0.13, service.name


def test_the_pack_has_every_fact_that_people_look_for() -> None:
    services = the_pack().services.values()
    suits = [each.suitability for each in services]

    assert sum(bool(each.worker_languages) for each in suits) >= 10
    assert {code for each in suits for code in each.access} == set(vocabulary.access_terms())
    assert {mode for each in suits for mode in each.delivery} == set(vocabulary.delivery_modes())
    assert any(each.catchment.wards for each in services)
    assert any(each.catchment.circle for each in services)
    assert sum(bool(each.phones) and bool(each.how_to_join) for each in services) >= 10
    assert sum(bool(opening.not_on) for each in services for opening in each.opening) >= 4


def test_events_and_groups_that_begin_together_are_on_days_that_come_again() -> None:
    """So that no date of the pack goes stale."""
    found = {
        pool.kind: opening.frequency
        for service in the_pack().services.values()
        for pool in service.pools
        if (opening := service.opening_of(pool)) and opening.frequency == "MONTHLY"
    }

    assert found == {"event": "MONTHLY", "cohort": "MONTHLY"}

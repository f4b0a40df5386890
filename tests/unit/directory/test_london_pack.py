"""The London pack is a feed without a fault that gives routing a choice in every borough it is about."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from services.directory.oruk.feed import Feed, parse_page, read_feed
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


def test_nothing_in_the_pack_is_refused_or_remarked_on() -> None:
    feed = the_pack()

    assert feed.refused == []
    assert feed.remarks == []
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

"""Who is above whom, as the board adds it up."""

from dataclasses import replace
from uuid import UUID

from services.capacity.domain.networks import NamedOrganisation, Organisations

LEAD, PART, PART_OF_PART, OTHER = (UUID(int=each) for each in range(1, 5))
NORTH = NamedOrganisation(LEAD, "North network")
WALKERS = NamedOrganisation(PART, "Walkers", LEAD, "North network")
STROLLERS = NamedOrganisation(PART_OF_PART, "Strollers", PART, "Walkers")
BY_ITSELF = NamedOrganisation(OTHER, "Advice centre")
EVERYBODY = frozenset({LEAD, PART, PART_OF_PART, OTHER})


def test_a_network_is_its_lead_and_all_below_at_any_depth() -> None:
    known = Organisations.of([NORTH, WALKERS, STROLLERS, BY_ITSELF])

    assert [(each.name, each.members) for each in known.networks(EVERYBODY)] == [
        ("North network", frozenset({LEAD, PART, PART_OF_PART})),
        ("Walkers", frozenset({PART, PART_OF_PART})),
    ]


def test_a_lead_without_a_service_of_its_own_is_named_by_those_below() -> None:
    known = Organisations.of([WALKERS, BY_ITSELF])

    assert [(each.lead_id, each.name) for each in known.networks(EVERYBODY)] == [(LEAD, "North network")]


def test_nobody_is_shown_the_sums_of_a_lead_that_they_are_below() -> None:
    known = Organisations.of([NORTH, WALKERS, STROLLERS])

    assert known.networks({PART_OF_PART}) == []
    assert [each.name for each in known.networks({PART, PART_OF_PART})] == ["Walkers"]


def test_a_circle_that_somebody_wrote_down_ends() -> None:
    round_again = replace(NORTH, lead_id=PART_OF_PART, lead_name="Strollers")
    known = Organisations.of([round_again, WALKERS, STROLLERS])

    assert {each.members for each in known.networks(EVERYBODY)} == {frozenset({LEAD, PART, PART_OF_PART})}

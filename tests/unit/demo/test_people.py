"""Invented people: the same for the same seed, never real, and spread as planned."""

from collections import Counter
from itertools import pairwise

import pytest
from nhs_number.validate import is_valid

from deploy.demo.people import Invented
from deploy.demo.plan import BOROUGHS, FEWEST, SHORT_AREA, SHORT_NEED, Space, plan_run, serves


def test_the_same_seed_gives_the_same_people() -> None:
    one, again = (plan_run(Invented(5, "r"), 60, 5) for _ in range(2))

    assert one == again
    assert one != plan_run(Invented(6, "r"), 60, 6)


@pytest.mark.parametrize("number", [FEWEST, 60, 600])
def test_as_many_people_as_asked_for_and_some_must_wait(number: int) -> None:
    plan = plan_run(Invented(1, "r"), number, 1)

    assert len(plan.common) + len(plan.short) == number
    assert len(plan.short) >= 4 * plan.short_places + 5
    assert {person.needs for person in plan.short} == {(SHORT_NEED,)}
    assert not any(SHORT_NEED in person.needs for person in plan.common)


def test_nobody_is_real_and_nobody_shares_an_address() -> None:
    plan = plan_run(Invented(1, "r"), 600, 1)
    everybody = [*plan.common, *plan.short]

    assert all(is_valid(person.nhs_number) and person.nhs_number.startswith("999") for person in everybody)
    assert all(person.phone.startswith("07700 900") for person in everybody)
    assert all(person.email.endswith("@example.org") for person in everybody)
    assert len({person.email for person in everybody}) == 600


def test_people_come_by_both_doors_from_every_borough() -> None:
    plan = plan_run(Invented(1, "r"), 60, 1)
    doors = Counter(person.door for person in plan.common)

    assert min(doors["gp"], doors["self"]) > 10
    assert set(BOROUGHS) <= {person.area for person in plan.common}
    assert any(len(person.needs) == 2 for person in plan.common)
    assert all(len(person.needs) == 1 for person in plan.common if person.door == "self")


def test_a_person_prints_without_contacts() -> None:
    person = Invented(1, "r").someone(door="gp", area=SHORT_AREA, needs=[SHORT_NEED])

    for secret in (person.nhs_number, person.email, person.phone):
        assert secret not in repr(person)


def test_what_is_short_is_known_by_the_directory() -> None:
    plan = plan_run(Invented(1, "r"), 60, 1)
    term = {"taxonomy_term": {"taxonomy": "kith-needs", "term": SHORT_NEED}}
    shed = {"name": "Shed", "service_areas": [{"extent": SHORT_AREA}], "attributes": [term]}
    elsewhere = shed | {"service_areas": [{"extent": "E09000001"}]}

    assert serves(shed, SHORT_AREA, SHORT_NEED)
    assert plan.space_of(shed) == Space("open", plan.short_places)
    assert plan.space_of(elsewhere) == Space("open", plan.plenty)


def test_people_are_numbered_from_one() -> None:
    invented = Invented(1, "r")
    numbers = [invented.someone(door="gp", area=SHORT_AREA, needs=[SHORT_NEED]).number for _ in range(4)]

    assert numbers[0] == 1
    assert all(after == before + 1 for before, after in pairwise(numbers))

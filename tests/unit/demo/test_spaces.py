"""Which service a one-tap page is of, by the name that it shows."""

import pytest

from deploy.demo.spaces import service_of

NAMES = ("Art for all", "Art", "Grow, cook, eat")


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Art for all", "Art for all"),
        ("Art for all: Tuesdays, 10am to 12 noon", "Art for all"),
        ("Art: Every 2 weeks: Fridays", "Art"),
        ("Grow, cook, eat: Saturday 5 December 2026", "Grow, cook, eat"),
        ("Artists", "Artists"),
    ],
)
def test_a_page_names_the_service_and_its_times(shown: str, name: str) -> None:
    assert service_of(shown, NAMES) == name

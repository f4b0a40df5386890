"""What the demonstration counts on in the London sample."""

import pytest

from deploy.demo.plan import NOTHING_THERE, serves
from tests.support.london_sample import sample_services


@pytest.mark.parametrize(("area", "need"), NOTHING_THERE)
def test_nothing_is_there_for_those_who_shall_find_nothing(area: str, need: str) -> None:
    assert [each["name"] for each in sample_services().values() if serves(each, area, need)] == []

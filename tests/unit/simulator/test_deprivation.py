"""LEE-16: what a line that weighs deprivation changes, simulated: for whom the wait is shorter, and for whom longer."""

from simulator.comparison import DIFFERENCE, simulate
from simulator.figures import Figure
from tests.unit.simulator.small_world import homes, scenario

SHORT_OF_PLACES = {"places_for_demand": 0.6}


def test_a_line_that_weighs_deprivation_serves_the_most_deprived_sooner_and_others_later() -> None:
    plain = scenario("as it is", providers=SHORT_OF_PLACES)
    weighs = scenario("weighs", providers=SHORT_OF_PLACES, waiting={"for_most_deprived": 8})

    changes = simulate(homes(), [plain, weighs], seeds=[1, 2, 3]).columns[DIFFERENCE]

    assert changes[Figure("imd-decile", "02", "placed")].mean > 0.02
    assert changes[Figure("imd-decile", "04", "placed")].mean < -0.02
    assert abs(changes[Figure("everybody", "everybody", "placed")].mean) < 0.02

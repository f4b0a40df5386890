"""One scenario, or two by the same seeds: the same people come with the same luck, so what differs is the scenario."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.places.place import Area
from simulator.figures import Figure, figures
from simulator.intervals import Interval, differences, over_seeds
from simulator.landscape import landscape
from simulator.run import run
from simulator.scenario import Scenario

Told = Callable[[str], None]
DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Result:
    """Of each scenario by its name, in order; of two also the difference, the second less the first."""

    columns: Mapping[str, Mapping[Figure, Interval]]
    seeds: Sequence[int]

    @property
    def difference(self) -> Mapping[Figure, Interval] | None:
        return self.columns.get(DIFFERENCE)


def simulate(
    areas: Sequence[Area],
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    *,
    count_overtaking: bool = False,
    tell: Told = lambda _: None,
) -> Result:
    for scenario in scenarios:
        landscape(areas, scenario)  # what cannot be is refused before the first run, not behind it
    runs: dict[str, list[Mapping[Figure, float]]] = {scenario.name: [] for scenario in scenarios}
    for seed in seeds:
        for scenario in scenarios:
            tell(f"{scenario.name}, seed {seed}")
            runs[scenario.name].append(figures(run(areas, scenario, seed, count_overtaking=count_overtaking)))
    columns: dict[str, Mapping[Figure, Interval]] = {name: over_seeds(ran) for name, ran in runs.items()}
    if len(scenarios) == 2:
        one, other = (runs[scenario.name] for scenario in scenarios)
        columns[DIFFERENCE] = differences(one, other)
    return Result(columns, seeds)

"""The index counts what covers a neighbourhood as a plain look at every service does."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from services.directory.domain.catchment import HomeArea
from services.directory.domain.cover import Cover
from services.directory.search.entry import SearchEntry
from services.directory.search.index import MenuIndex
from tests.support.generated_menu import generated_menu, wards_by_borough

PLACES = wards_by_borough()[::16]
ENTRIES = [each.entry() for each in generated_menu(700, seed=11)]


def plain_cover(
    entries: Sequence[SearchEntry], homes: Sequence[HomeArea], group: str | None
) -> dict[str, Cover]:
    every, evenings, weekends, space = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for entry in entries:
        if entry.is_closed or not any(entry.catchment.holds(home) for home in homes):
            continue
        if group and (group not in entry.codes["groups"] or group in entry.does_not_suit):
            continue
        for need in entry.codes["needs"]:
            every[need] += 1
            evenings[need] += "evenings" in entry.codes["when"]
            weekends[need] += "weekends" in entry.codes["when"]
            space[need] += "yes" in entry.codes["space"]
    return {need: Cover(every[need], evenings[need], weekends[need], space[need]) for need in every}


@pytest.mark.parametrize("group", [None, "carers", "women"])
def test_covers_are_those_of_a_plain_look(group: str | None) -> None:
    index = MenuIndex(ENTRIES)

    for wards in PLACES:
        assert index.covers(wards, group) == [plain_cover(ENTRIES, homes, group) for homes in wards]


def test_a_service_of_which_nobody_knows_whom_it_takes_covers_nowhere() -> None:
    unknown = [entry for entry in ENTRIES if not entry.catchment.is_known]
    assert unknown, "the menu has some"

    assert MenuIndex(unknown).covers(PLACES[0], None) == [{}] * len(PLACES[0])


def test_what_changed_is_counted_as_it_is_now_and_what_went_not_at_all() -> None:
    chance = Random(1)  # noqa: S311 - made-up services
    index, kept = MenuIndex(ENTRIES), ENTRIES[: len(ENTRIES) // 2]
    index.remove(entry.id for entry in ENTRIES[len(kept) :])
    index.put(chance.sample(kept, 50))

    assert index.covers(PLACES[0], None) == [plain_cover(kept, homes, None) for homes in PLACES[0]]

"""The summary adds up, and hides over boroughs, doors and reasons alike."""

from dataclasses import replace
from decimal import Decimal

from services.outcomes.domain.summary import (
    COUNTS,
    DEFINITIONS,
    Figures,
    Summary,
    added_up,
    without_small_counts,
)
from services.outcomes.entrypoints.summary_page import DOORS, LABELS, REASONS
from services.outcomes.entrypoints.summary_schemas import FiguresBody
from services.outcomes.use_cases import summarise


def figures(gp: int, by_self: int, placed: int = 0, paired: int = 0, mean: str | None = None) -> Figures:
    counts = dict.fromkeys(COUNTS, 0) | {"referred": gp + by_self, "placed": placed, "paired_people": paired}
    return Figures(counts, {"gp": gp, "self": by_self}, {"travel": 0}, Decimal(mean) if mean else None)


def summary(**boroughs: Figures) -> Summary:
    everywhere = figures(0, 0, paired=sum(each.counts["paired_people"] or 0 for each in boroughs.values()))
    return Summary(added_up(list(boroughs.values()), everywhere), boroughs)


def test_all_is_the_sum_of_the_boroughs() -> None:
    made = summary(ealing=figures(4, 3, placed=6), camden=figures(10, 0, placed=2))

    assert made.everywhere.counts["referred"] == 17
    assert made.everywhere.counts["placed"] == 8
    assert made.everywhere.referred_by_door == {"gp": 14, "self": 3}


def test_a_small_door_is_hidden_in_every_direction() -> None:
    made = without_small_counts(
        summary(ealing=figures(20, 3), camden=figures(30, 9), hackney=figures(40, 11))
    )

    assert made.boroughs["ealing"].referred_by_door == {"gp": None, "self": None}
    assert made.boroughs["camden"].referred_by_door["self"] is None
    assert made.boroughs["hackney"].referred_by_door["self"] == 11
    assert made.everywhere.referred_by_door == {"gp": 90, "self": 23}
    assert made.boroughs["ealing"].hidden == ("referred_by_door.gp", "referred_by_door.self")


def test_few_who_did_not_come_are_hidden_by_need_too() -> None:
    ealing, camden = figures(20, 20), figures(20, 20)
    missed = [
        replace(each, counts={**each.counts, "missed": sum(parts.values())}, missed_by_need={**parts})
        for each, parts in ((ealing, {"housing": 2, "loneliness": 9}), (camden, {"loneliness": 7}))
    ]
    made = without_small_counts(summary(ealing=missed[0], camden=missed[1]))

    assert made.boroughs["ealing"].missed_by_need == {"housing": None, "loneliness": None}
    assert made.boroughs["camden"].missed_by_need == {"loneliness": 7}
    assert made.everywhere.missed_by_need == {"housing": None, "loneliness": None}
    assert made.boroughs["ealing"].counts["missed"] == 11


def test_a_mean_of_few_people_is_hidden_with_their_number() -> None:
    few = without_small_counts(summary(ealing=figures(20, 20, paired=4, mean="2.10")))
    enough = without_small_counts(summary(ealing=figures(20, 20, paired=5, mean="2.10")))

    assert few.boroughs["ealing"].mean_paired_change is None
    assert "mean_paired_change" in few.boroughs["ealing"].hidden
    assert enough.boroughs["ealing"].mean_paired_change == Decimal("2.10")


def test_every_figure_has_a_definition_and_a_label() -> None:
    shown = set(FiguresBody.model_fields) - {"area", "name", "hidden"}

    assert shown == set(DEFINITIONS) == set(LABELS)
    assert set(summarise.DOORS) == set(DOORS)
    assert set(summarise.REASONS) == set(REASONS)

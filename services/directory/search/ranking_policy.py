"""The weights by which services are ranked, in whole points. They are data: `ranking.json`."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RankingPolicy:
    """How many points a service gains or loses. One that is closed for now stands last, whatever its points."""

    name: str
    for_a_word_of_the_name: int
    for_a_word_of_a_label: int
    for_a_word_of_the_organisation: int
    for_a_word_of_the_description: int
    for_each_thing_meant: int
    for_each_group_that_fits: int
    for_own_language: int
    for_each_kilometre: int
    farthest_counted_kilometres: int
    kilometres_where_no_place_is_known: int
    for_being_open_when_asked: int
    for_space_now: int
    for_being_full: int
    for_being_confirmed_lately: int
    for_being_stale: int
    for_being_old: int
    days_lately: int
    days_until_stale: int
    days_until_old: int


POLICY = RankingPolicy(**json.loads((Path(__file__).parent / "ranking.json").read_text(encoding="utf-8")))

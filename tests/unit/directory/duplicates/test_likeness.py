"""What speaks for two services being one, and what against it."""

from dataclasses import replace
from datetime import time
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.directory.domain.catchment import Catchment
from services.directory.domain.opening import Opening
from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service, Suitability
from services.directory.duplicates.blocking import MOST_IN_BLOCK, Blocks
from services.directory.duplicates.candidates import likely_pairs
from services.directory.duplicates.likeness import Weights, likely, likeness, signs, the_weights
from services.directory.duplicates.traits import Traits, traits_of
from tests.support.labelled_duplicates import labelled
from tests.unit.directory.domain_strategies import organisations, services

PAIRS = labelled(0)
A_TRAIT = PAIRS[0].one
any_traits = st.builds(traits_of, services(), organisations())


@given(any_traits, any_traits)
@settings(max_examples=30)
def test_likeness_has_no_direction_and_every_sign_has_a_weight(one: Traits, other: Traits) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert set(signs(one, other)) <= set(the_weights().points)


@given(any_traits)
@settings(max_examples=30)
def test_a_service_is_never_unlike_itself(one: Traits) -> None:
    assert all(reason.points > 0 for reason in likeness(one, one).reasons)


def test_points_are_the_sum_of_the_reasons_and_the_weightiest_stands_first() -> None:
    for pair in PAIRS:
        found = likeness(pair.one, pair.other)

        assert found.points == sum(reason.points for reason in found.reasons)
        assert [abs(reason.points) for reason in found.reasons] == sorted(
            (abs(reason.points) for reason in found.reasons), reverse=True
        )


def test_a_weight_is_data() -> None:
    heavier = dict(the_weights().points) | {"name-same": 1_000}

    assert likeness(A_TRAIT, A_TRAIT, Weights(50, heavier)).points >= 1_000


def test_another_day_age_or_language_tells_two_sessions_apart() -> None:
    """Each alone outweighs an equal name, an equal place and an equal page."""
    same = replace(A_TRAIT, id=UUID(int=1))
    for apart in (
        replace(same, days=frozenset({6}), hours=frozenset({(6, 600, 660)})),
        replace(same, ages=(0, 12)),
        replace(same, languages=frozenset({"so"})),
    ):
        assert likeness(A_TRAIT, same).points - likeness(A_TRAIT, apart).points >= 40


def test_hours_past_midnight_are_read_until_midnight() -> None:
    late = Opening(UUID(int=1), "WEEKLY", days=("FR",), opens_at=time(22), closes_at=time(2))
    organisation = Organisation(UUID(int=2), "Night Owls", "Night Owls")
    service = _service(organisation, (late,))

    assert traits_of(service, organisation).hours == {(5, 22 * 60, 24 * 60)}


@given(st.permutations(range(12)), st.sets(st.integers(0, 11)))
@settings(max_examples=40)
def test_blocks_after_any_changes_are_those_made_anew(order: list[int], gone: set[int]) -> None:
    kept = [pair.other for pair in PAIRS[:12]]
    changed, anew = Blocks(), Blocks()
    for position in order:
        changed.put(replace(PAIRS[position].one, id=kept[position].id))
        changed.put(kept[position])
    for position in gone:
        changed.drop(kept[position].id)
    for position in range(12):
        if position not in gone:
            anew.put(kept[position])

    left = [kept[position].id for position in range(12) if position not in gone]
    assert set(likely_pairs(changed, left)) == set(likely_pairs(anew, left))
    assert all(changed.beside(each) == anew.beside(each) for each in left)


def test_a_pair_is_found_from_both_sides() -> None:
    blocks = Blocks()
    for pair in PAIRS:
        blocks.put(pair.one)
        blocks.put(pair.other)

    for pair in PAIRS:
        for one in pair.pair:
            assert all(one in blocks.beside(other) for other in blocks.beside(one))


def test_services_at_one_address_are_compared_by_their_words_where_they_are_too_many() -> None:
    blocks, crowd = Blocks(), MOST_IN_BLOCK + 1
    one, other = replace(A_TRAIT, name=("zither",)), replace(A_TRAIT, id=UUID(int=1), name=("zither",))
    for number in range(crowd):
        blocks.put(replace(A_TRAIT, id=UUID(int=1_000 + number), name=(f"word{number}",)))
    blocks.put(one)
    blocks.put(other)

    assert blocks.beside(one.id) == {other.id}


def _service(organisation: Organisation, opening: tuple[Opening, ...]) -> Service:
    return Service(
        UUID(int=3), organisation.id, "Owls", "active", (), Catchment(), Suitability(), opening=opening
    )


def test_a_contact_that_many_have_says_nothing() -> None:
    """A council's own number stands beside hundreds of services."""
    shared = replace(
        A_TRAIT, phones=frozenset({"02079460000"}), page="council.example/help", host="council.example"
    )
    blocks = Blocks()
    for number in range(MOST_IN_BLOCK):
        blocks.put(replace(shared, id=UUID(int=1_000 + number)))
    assert blocks.telling(UUID(int=1_000)).phones == shared.phones

    blocks.put(replace(shared, id=UUID(int=1)))
    told = blocks.telling(UUID(int=1))
    assert (told.phones, told.emails, told.page, told.host) == (frozenset(), frozenset(), None, None)


def test_what_is_passed_over_early_could_not_have_been_likely() -> None:
    weights = the_weights()
    for pair in PAIRS[::3]:
        for other in PAIRS[::5]:
            found, whole = (
                likely(pair.one, other.other, weights, weights.most_of_words),
                likeness(pair.one, other.other),
            )

            assert found == (whole if whole.points >= weights.likely_from else None)

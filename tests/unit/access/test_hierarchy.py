"""A lead provider reaches those below it, as far as each step passes the role down."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.access.hierarchy import PassedDown, organisations_reached
from shared.access.roles import Role

LEAD, SUB, SUB_OF_SUB, OTHER = (UUID(int=number) for number in range(1, 5))
STAFF = frozenset({Role.PROVIDER_STAFF})
ids = st.sampled_from([UUID(int=number) for number in range(6)])
links = st.lists(
    st.builds(PassedDown, parent=ids, child=ids, roles=st.frozensets(st.sampled_from(Role), max_size=2))
)


def test_each_step_must_pass_the_role_down() -> None:
    down = [PassedDown(LEAD, SUB, STAFF), PassedDown(SUB, SUB_OF_SUB, frozenset())]

    assert organisations_reached(LEAD, Role.PROVIDER_STAFF, down) == {LEAD, SUB}
    assert organisations_reached(LEAD, Role.VOLUNTEER, down) == {LEAD}


def test_nothing_is_reached_upwards_or_beside() -> None:
    down = [PassedDown(LEAD, SUB, STAFF), PassedDown(LEAD, OTHER, STAFF)]

    assert organisations_reached(SUB, Role.PROVIDER_STAFF, down) == {SUB}


@given(ids, links)
def test_circles_end_and_one_more_link_never_takes_anything_away(
    held: UUID, declared: list[PassedDown]
) -> None:
    found = organisations_reached(held, Role.PROVIDER_STAFF, declared)
    more = organisations_reached(held, Role.PROVIDER_STAFF, [*declared, PassedDown(LEAD, held, STAFF)])

    assert held in found <= more

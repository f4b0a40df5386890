"""Strategies: callers, grants and facts of every kind, inside the table and outside it."""

from datetime import date
from uuid import UUID

from hypothesis import strategies as st

from shared.access.caller import Caller, CallerKind, Grant
from shared.access.decide import Facts
from shared.access.roles import Role
from shared.access.vocabulary import Thing, Verb
from shared.vocabulary.areas import areas

TODAY = date(2026, 11, 22)
NEWHAM, CAMDEN, NORTH_EAST = "E09000025", "E09000007", "E54000029"
ORGANISATIONS = [UUID(int=number) for number in range(1, 5)]
MEMBERS = [UUID(int=number) for number in range(100, 103)]

area_codes = st.sampled_from(
    sorted([*areas().of_kind("borough", TODAY), NORTH_EAST, "E54000028", "K09025001"])
)
grants = st.builds(
    Grant,
    role=st.sampled_from(Role),
    areas=st.frozensets(area_codes, max_size=2),
    organisations=st.frozensets(st.sampled_from(ORGANISATIONS), max_size=2),
)
callers = st.builds(
    Caller,
    kind=st.sampled_from([CallerKind.STAFF, CallerKind.LINK, CallerKind.SERVICE]),
    member_id=st.sampled_from(MEMBERS),
    grants=st.lists(grants, max_size=3).map(tuple),
    subject=st.none() | st.sampled_from(MEMBERS),
)
verbs = st.sampled_from(Verb)
facts = st.builds(
    Facts,
    thing=st.sampled_from(Thing),
    area=st.none() | area_codes,
    organisations=st.frozensets(st.sampled_from(ORGANISATIONS), max_size=2),
    subject=st.none() | st.sampled_from(MEMBERS),
    given_to=st.none() | st.sampled_from(MEMBERS),
    role=st.none() | st.sampled_from(Role),
)


def staff(role: Role, *, areas: tuple[str, ...] = (), organisations: tuple[UUID, ...] = ()) -> Caller:
    grant = Grant(role, frozenset(areas), frozenset(organisations))
    return Caller(CallerKind.STAFF, member_id=MEMBERS[0], grants=(grant,))

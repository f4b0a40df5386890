"""The decision: deny by default, and nothing outside the table or out of reach is ever allowed."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.access.caller import Caller, CallerKind, Grant
from shared.access.decide import (
    ABOUT_MEMBERS,
    Allowed,
    Facts,
    Refused,
    areas_for,
    may,
    may_somewhere,
    organisations_for,
    with_link,
)
from shared.access.roles import HELD_IN, HeldIn, Role
from shared.access.table import MAY_GIVE, TABLE, Rule
from shared.access.vocabulary import CASE_DATA, FIGURES, Reach, Thing, Verb
from shared.vocabulary.areas import areas
from tests.unit.access.callers import (
    CAMDEN,
    MEMBERS,
    NEWHAM,
    NORTH_EAST,
    ORGANISATIONS,
    TODAY,
    area_codes,
    callers,
    facts,
    staff,
    verbs,
)


@given(callers, verbs, facts)
def test_nothing_is_allowed_without_a_rule_of_the_table_for_a_role_that_is_held(
    caller: Caller, verb: Verb, about: Facts
) -> None:
    decision = may(caller, verb, about, TODAY)

    if isinstance(decision, Allowed):
        assert decision.rule in TABLE
        assert (decision.rule.verb, decision.rule.thing) == (verb, about.thing)
        assert decision.rule.role in caller.roles()
        assert caller.kind in {CallerKind.STAFF, CallerKind.LINK}


@given(callers, verbs, facts)
@pytest.mark.asvs("V8.2.2")
def test_an_area_or_an_organisation_that_is_not_reached_is_refused(
    caller: Caller, verb: Verb, about: Facts
) -> None:
    decision = may(caller, verb, about, TODAY)

    if isinstance(decision, Allowed) and decision.rule.reach is Reach.OWN_AREA:
        held = [code for grant in caller.grants if grant.role is decision.rule.role for code in grant.areas]
        assert any(about.area in areas().reached(code, TODAY) for code in held)
    if isinstance(decision, Allowed) and decision.rule.reach is Reach.OWN_ORGANISATION:
        held_in = {o for g in caller.grants if g.role is decision.rule.role for o in g.organisations}
        assert held_in & about.organisations


@given(callers, verbs, facts)
def test_a_fact_left_out_never_turns_a_no_into_a_yes(caller: Caller, verb: Verb, about: Facts) -> None:
    bare = Facts(about.thing, role=about.role, subject=about.subject)

    if isinstance(may(caller, verb, about, TODAY), Refused):
        assert isinstance(may(caller, verb, bare, TODAY), Refused)


@given(callers, verbs, facts)
def test_lists_and_single_things_agree_on_the_reach(caller: Caller, verb: Verb, about: Facts) -> None:
    listed = about.area in areas_for(caller, verb, about.thing, TODAY) or bool(
        about.organisations & organisations_for(caller, verb, about.thing)
    )

    if listed and about.thing not in ABOUT_MEMBERS:
        assert isinstance(may(caller, verb, about, TODAY), Allowed)
    if isinstance(may(caller, verb, about, TODAY), Allowed):
        assert may_somewhere(caller, verb, about.thing)


BY_AREA = [rule for rule in TABLE if rule.reach is Reach.OWN_AREA]


@given(st.sampled_from(BY_AREA), area_codes, area_codes)
def test_an_area_is_reached_exactly_when_it_lies_in_the_one_of_the_role(
    rule: Rule, held: str, asked: str
) -> None:
    role = next(iter(MAY_GIVE.get(rule.role, ())), None)
    about = Facts(rule.thing, area=asked, subject=MEMBERS[1], role=role)

    decision = may(staff(rule.role, areas=(held,)), rule.verb, about, TODAY)

    assert isinstance(decision, Allowed) is (asked in areas().reached(held, TODAY))


@given(verbs, facts)
def test_an_operator_sees_no_case(verb: Verb, about: Facts) -> None:
    if about.thing in CASE_DATA:
        assert isinstance(may(staff(Role.OPERATOR), verb, about, TODAY), Refused)


@given(verbs, facts)
def test_a_commissioner_sees_figures_and_what_is_public_alone(verb: Verb, about: Facts) -> None:
    commissioner = staff(Role.COMMISSIONER, areas=(NORTH_EAST,))

    if isinstance(may(commissioner, verb, about, TODAY), Allowed):
        assert about.thing in FIGURES or (about.thing, verb) == (Thing.SERVICE, Verb.READ)


@given(callers, facts)
def test_nobody_gives_themselves_a_role_or_one_that_is_not_theirs_to_give(
    caller: Caller, about: Facts
) -> None:
    about = replace(about, thing=Thing.MEMBERSHIP)
    for verb in (Verb.CREATE, Verb.END):
        decision = may(caller, verb, about, TODAY)
        if isinstance(decision, Allowed):
            assert about.subject != caller.member_id
            assert about.role in MAY_GIVE[decision.rule.role]


def test_a_role_in_a_board_reaches_its_boroughs_and_neighbourhoods_and_no_others() -> None:
    worker = staff(Role.LINK_WORKER, areas=(NORTH_EAST,))

    decisions = [
        may(worker, Verb.READ, Facts(Thing.REFERRAL, area=area), TODAY)
        for area in (NEWHAM, "K09025001", NORTH_EAST, CAMDEN, None, "E99999999")
    ]

    assert [type(each) for each in decisions] == [Allowed] * 3 + [Refused] * 3


def test_a_role_in_a_neighbourhood_does_not_reach_the_borough_around_it() -> None:
    worker = staff(Role.LINK_WORKER, areas=("K09025001",))

    assert may(worker, Verb.READ, Facts(Thing.REFERRAL, area=NEWHAM), TODAY) == Refused("reach")


def test_a_volunteer_sees_the_task_that_was_given_to_them_and_no_other() -> None:
    volunteer = staff(Role.VOLUNTEER, organisations=(ORGANISATIONS[0],))
    theirs = Facts(Thing.TASK, area=NEWHAM, given_to=MEMBERS[0])

    assert isinstance(may(volunteer, Verb.READ, theirs, TODAY), Allowed)
    assert may(volunteer, Verb.READ, replace(theirs, given_to=MEMBERS[1]), TODAY) == Refused("reach")
    assert may(volunteer, Verb.READ, replace(theirs, thing=Thing.REFERRAL), TODAY) == Refused("role")


def test_a_link_is_about_one_person_and_gives_no_staff_role() -> None:
    person = with_link(MEMBERS[0])
    pretending = replace(person, grants=(*person.grants, Grant(Role.COORDINATOR, frozenset({NEWHAM}))))

    assert isinstance(may(person, Verb.READ, Facts(Thing.PERSON, subject=MEMBERS[0]), TODAY), Allowed)
    assert may(person, Verb.READ, Facts(Thing.PERSON, subject=MEMBERS[1]), TODAY) == Refused("reach")
    assert may(pretending, Verb.READ, Facts(Thing.TASK, area=NEWHAM), TODAY) == Refused("role")


def system(**bound: object) -> Caller:
    return replace(Caller(CallerKind.SYSTEM, scopes=frozenset({"referrals:write"})), **bound)  # type: ignore[arg-type]


def test_a_system_needs_the_scope_and_a_binding_and_stays_within_it() -> None:
    in_newham = Facts(Thing.REFERRAL, area=NEWHAM, organisations=frozenset({ORGANISATIONS[0]}))
    newham = frozenset({NEWHAM})

    assert may(system(), Verb.CREATE, in_newham, TODAY) == Refused("not-bound")
    assert isinstance(may(system(areas=newham), Verb.CREATE, in_newham, TODAY), Allowed)
    assert may(system(areas=newham), Verb.READ, in_newham, TODAY) == Refused("scope")
    assert may(system(areas=frozenset({CAMDEN})), Verb.CREATE, in_newham, TODAY) == Refused("reach")
    both = system(areas=newham, organisation_id=ORGANISATIONS[1])
    assert may(both, Verb.CREATE, in_newham, TODAY) == Refused("reach")


def test_the_table_has_no_rule_twice_and_each_reach_fits_where_the_role_is_held() -> None:
    fitting = {
        HeldIn.LINK: {Reach.OWN_SUBJECT},
        HeldIn.AREA: {Reach.OWN_AREA},
        HeldIn.ORGANISATION: {Reach.OWN_ORGANISATION, Reach.OWN_WORK},
        HeldIn.SYSTEM: {Reach.EVERYWHERE},
    }
    public = (Verb.READ, Thing.SERVICE)

    assert len(set(TABLE)) == len(TABLE)
    assert [
        rule
        for rule in TABLE
        if rule.reach not in fitting[HELD_IN[rule.role]] and (rule.verb, rule.thing) != public
    ] == []


@pytest.mark.parametrize("rule", TABLE, ids=str)
def test_every_rule_of_the_table_lets_somebody_do_what_it_says(rule: Rule) -> None:
    organisation = ORGANISATIONS[0]
    caller = staff(rule.role, areas=(NEWHAM,), organisations=(organisation,))
    if rule.role is Role.PERSON:
        caller = with_link(MEMBERS[1])
    given_role = next(iter(MAY_GIVE.get(rule.role, ())), None)
    about = Facts(
        rule.thing,
        area=NEWHAM,
        organisations=frozenset({organisation}),
        subject=MEMBERS[1],
        given_to=MEMBERS[0],
        role=given_role,
    )

    assert isinstance(may(caller, rule.verb, about, TODAY), Allowed)


def test_an_unknown_organisation_reaches_nothing() -> None:
    provider = staff(Role.PROVIDER_STAFF, organisations=(ORGANISATIONS[0],))

    offer = Facts(Thing.OFFER, area=NEWHAM, organisations=frozenset({UUID(int=999)}))

    assert may(provider, Verb.ANSWER, offer, TODAY) == Refused("reach")

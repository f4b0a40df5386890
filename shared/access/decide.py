"""May this caller do this to that? One pure function over the table; what it does not find is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from shared.access.caller import Caller, CallerKind, Grant
from shared.access.roles import Role
from shared.access.table import MAY_GIVE, SCOPES, TABLE, Rule
from shared.access.vocabulary import Reach, Thing, Verb
from shared.vocabulary.areas import areas

ABOUT_MEMBERS = frozenset({Thing.MEMBERSHIP, Thing.SIGN_IN})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the thing. A fact that is left out can only make the answer no."""

    thing: Thing
    area: str | None = None
    organisations: frozenset[UUID] = frozenset()
    """The organisations whose it is: the provider that holds the case, the practice that referred."""
    subject: UUID | None = None
    """The person whom it is about; for a membership, the member."""
    given_to: UUID | None = None
    """The member whose work it is."""
    role: Role | None = None
    """For a membership: the role that it gives."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """By this rule, for the log of why."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class Refused:
    """A reason code for counting; callers are told no more than that they may not."""

    reason: str


def may(caller: Caller, verb: Verb, facts: Facts, on: date) -> Allowed | Refused:
    """The decision. Deny is the default."""
    if caller.kind is CallerKind.SYSTEM:
        return _system_may(caller, verb, facts, on)
    candidates = [rule for rule in _cell(verb, facts.thing) if rule.role in _roles(caller)]
    if not candidates:
        return Refused("role")
    about_members = facts.thing in ABOUT_MEMBERS and verb is not Verb.READ
    if about_members and facts.subject == caller.member_id:
        return Refused("own-membership")
    reason = "reach"
    for rule, grant in _by_grant(caller, candidates):
        if not _reaches(rule.reach, caller, grant, facts, on):
            continue
        if about_members and not _may_give(rule, facts):
            reason = "role-to-give"
            continue
        return Allowed(rule)
    return Refused(reason)


def may_somewhere(caller: Caller, verb: Verb, thing: Thing) -> bool:
    """Whether any thing of this kind could be allowed: what can be asked before the thing is known."""
    if caller.kind is CallerKind.SYSTEM:
        return _scope_for(caller, verb, thing)
    return any(rule.role in _roles(caller) for rule in _cell(verb, thing))


def areas_for(caller: Caller, verb: Verb, thing: Thing, on: date) -> frozenset[str]:
    """The areas in which a grant by area lets the caller do this: for lists, and for row-level security."""
    if caller.kind is CallerKind.SYSTEM:
        codes = caller.areas if _scope_for(caller, verb, thing) else frozenset()
        return _reached(codes, on)
    pairs = _by_grant(caller, _cell(verb, thing))
    codes = frozenset(code for rule, grant in pairs if rule.reach is Reach.OWN_AREA for code in grant.areas)
    return _reached(codes, on)


def organisations_for(caller: Caller, verb: Verb, thing: Thing) -> frozenset[UUID]:
    """The organisations for which a grant by organisation lets the caller do this."""
    if caller.kind is CallerKind.SYSTEM:
        own = caller.organisation_id
        return frozenset({own}) if own and _scope_for(caller, verb, thing) else frozenset()
    return frozenset(
        organisation
        for rule, grant in _by_grant(caller, _cell(verb, thing))
        if rule.reach is Reach.OWN_ORGANISATION
        for organisation in grant.organisations
    )


def with_link(subject: UUID) -> Caller:
    """Whoever holds a link about this person: the person role, about this subject alone."""
    return Caller(CallerKind.LINK, subject=subject, grants=(Grant(Role.PERSON),))


@cache
def _cell(verb: Verb, thing: Thing) -> tuple[Rule, ...]:
    return tuple(rule for rule in TABLE if rule.verb is verb and rule.thing is thing)


def _roles(caller: Caller) -> frozenset[Role]:
    """A role counts only in the hands of the kind of caller that can hold it."""
    if caller.kind is CallerKind.LINK:
        return caller.roles() & {Role.PERSON}
    return caller.roles() - {Role.PERSON} if caller.kind is CallerKind.STAFF else frozenset()


def _by_grant(caller: Caller, rules: list[Rule] | tuple[Rule, ...]) -> Iterator[tuple[Rule, Grant]]:
    held = _roles(caller)
    return (
        (rule, grant)
        for rule in rules
        for grant in caller.grants
        if grant.role is rule.role and grant.role in held
    )


def _reaches(reach: Reach, caller: Caller, grant: Grant, facts: Facts, on: date) -> bool:
    match reach:
        case Reach.EVERYWHERE:
            return True
        case Reach.OWN_AREA:
            return facts.area is not None and facts.area in _reached(grant.areas, on)
        case Reach.OWN_ORGANISATION:
            return bool(grant.organisations & facts.organisations)
        case Reach.OWN_WORK:
            return facts.given_to is not None and facts.given_to == caller.member_id
        case Reach.OWN_SUBJECT:
            return facts.subject is not None and facts.subject == caller.subject


def _may_give(rule: Rule, facts: Facts) -> bool:
    """Whoever runs the whole system may shut anybody out, and still gives only some roles."""
    if facts.thing is Thing.SIGN_IN and rule.reach is Reach.EVERYWHERE:
        return True
    return facts.role is not None and facts.role in MAY_GIVE.get(rule.role, frozenset())


def _reached(codes: frozenset[str], on: date) -> frozenset[str]:
    return frozenset().union(*(areas().reached(code, on) for code in codes))


def _scope_for(caller: Caller, verb: Verb, thing: Thing) -> bool:
    return any(s.name in caller.scopes for s in SCOPES if s.verb is verb and s.thing is thing)


def _system_may(caller: Caller, verb: Verb, facts: Facts, on: date) -> Allowed | Refused:
    """A scope says what; the areas and the organisation that the system is bound to say where."""
    if not _scope_for(caller, verb, facts.thing):
        return Refused("scope")
    if not caller.areas and caller.organisation_id is None:
        return Refused("not-bound")
    if caller.areas and facts.area not in _reached(caller.areas, on):
        return Refused("reach")
    if caller.organisation_id is not None and caller.organisation_id not in facts.organisations:
        return Refused("reach")
    return Allowed(Rule(Role.REFERRER, verb, facts.thing, Reach.OWN_AREA))

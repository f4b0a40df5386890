"""THE table: which role may do what to which thing, and how far. What is not here is refused.

The code asks it through `decide`, the documentation prints it, the tests make requests from it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.access.roles import Role
from shared.access.vocabulary import Reach, Thing, Verb


@dataclass(frozen=True, slots=True)
class Rule:
    """One cell of the table."""

    role: Role
    verb: Verb
    thing: Thing
    reach: Reach


def _rules(role: Role, reach: Reach, granted: dict[Thing, Iterable[Verb]]) -> Iterator[Rule]:
    return (Rule(role, verb, thing, reach) for thing, verbs in granted.items() for verb in verbs)


READ, CREATE, CHANGE, ASSIGN = Verb.READ, Verb.CREATE, Verb.CHANGE, Verb.ASSIGN
ANSWER, EXPORT, ERASE, END = Verb.ANSWER, Verb.EXPORT, Verb.ERASE, Verb.END

TABLE: tuple[Rule, ...] = (
    *_rules(
        Role.PERSON,
        Reach.OWN_SUBJECT,
        {
            Thing.PERSON: (READ, CHANGE, EXPORT, ERASE),
            Thing.REFERRAL: (READ, CREATE, CHANGE),
            Thing.MEASURE: (READ, CREATE),
            Thing.AUDIT_TRAIL: (READ,),
        },
    ),
    *_rules(
        Role.REFERRER,
        Reach.OWN_ORGANISATION,
        {
            Thing.PERSON: (READ, CREATE),
            Thing.REFERRAL: (READ, CREATE, CHANGE),
            Thing.PRESCRIPTION: (CREATE,),
        },
    ),
    *_rules(
        Role.LINK_WORKER,
        Reach.OWN_AREA,
        {
            Thing.PERSON: (READ, CREATE, CHANGE),
            Thing.REFERRAL: (READ, CREATE, CHANGE),
            Thing.OFFER: (READ,),
            Thing.TASK: (READ, CREATE, CHANGE, ASSIGN),
            Thing.MEASURE: (READ, CREATE),
            Thing.WAITING_LIST: (READ,),
            Thing.PRESCRIPTION: (CREATE,),
            Thing.SIGNAL: (READ,),
            Thing.MESSAGE: (READ,),
        },
    ),
    *_rules(
        Role.PROVIDER_STAFF,
        Reach.OWN_ORGANISATION,
        {
            Thing.OFFER: (READ, ANSWER),
            Thing.PERSON: (READ,),
            Thing.REFERRAL: (READ, CREATE),
            Thing.MEASURE: (CREATE,),
            Thing.SIGNAL: (READ, CHANGE),
            Thing.SERVICE: (CREATE, CHANGE),
            Thing.ORGANISATION: (READ, CHANGE),
            Thing.LINKS: (END,),
            Thing.SUMMARY: (READ, EXPORT),
        },
    ),
    *_rules(Role.VOLUNTEER, Reach.OWN_WORK, {Thing.TASK: (READ, ANSWER)}),
    *_rules(Role.SIGNPOSTER, Reach.OWN_AREA, {Thing.PRESCRIPTION: (CREATE,), Thing.SIGNAL: (READ,)}),
    *_rules(
        Role.COORDINATOR,
        Reach.OWN_AREA,
        {
            Thing.PERSON: (READ, CREATE, CHANGE, EXPORT, ERASE),
            Thing.REFERRAL: (READ, CREATE, CHANGE, ASSIGN),
            Thing.OFFER: (READ, ANSWER),
            Thing.TASK: (READ, CREATE, CHANGE, ASSIGN),
            Thing.MEASURE: (READ,),
            Thing.WAITING_LIST: (READ, CHANGE),
            Thing.PRESCRIPTION: (CREATE,),
            Thing.SIGNAL: (READ, CHANGE),
            Thing.SERVICE: (CREATE, CHANGE),
            Thing.ORGANISATION: (READ, CREATE, CHANGE),
            Thing.LINKS: (END,),
            Thing.SUMMARY: (READ, EXPORT),
            Thing.MESSAGE: (READ,),
            Thing.MEMBERSHIP: (READ, CREATE, END),
            Thing.SIGN_IN: (END,),
            Thing.FEED: (READ,),
            Thing.COVER: (READ,),
        },
    ),
    *_rules(Role.COMMISSIONER, Reach.OWN_AREA, {Thing.SUMMARY: (READ, EXPORT), Thing.COVER: (READ,)}),
    *_rules(Role.AUDITOR, Reach.OWN_AREA, {Thing.AUDIT_TRAIL: (READ, EXPORT), Thing.MEMBERSHIP: (READ,)}),
    *_rules(
        Role.OPERATOR,
        Reach.EVERYWHERE,
        {
            Thing.PLUMBING: (READ, CHANGE),
            Thing.MEMBERSHIP: (READ, CREATE, END),
            Thing.SIGN_IN: (END,),
            Thing.SYSTEM_CLIENT: (READ, CREATE, CHANGE, END),
            Thing.ORGANISATION: (READ, CREATE, CHANGE),
            Thing.LINKS: (END,),
            Thing.SERVICE: (CREATE, CHANGE),
            Thing.MESSAGE: (READ,),
            Thing.FEED: (READ, CREATE, CHANGE),
            Thing.COVER: (READ,),
        },
    ),
    # What the directory lists is public.
    *(Rule(role, READ, Thing.SERVICE, Reach.EVERYWHERE) for role in Role),
)

# Two hands: an operator lets coordinators in and gives no other role that sees cases; a coordinator gives
# none that watches over its own work or pays for it, and shuts nobody out who does.
MAY_GIVE: dict[Role, frozenset[Role]] = {
    Role.COORDINATOR: frozenset(
        {Role.REFERRER, Role.LINK_WORKER, Role.PROVIDER_STAFF, Role.VOLUNTEER, Role.SIGNPOSTER}
    ),
    Role.OPERATOR: frozenset({Role.COORDINATOR, Role.COMMISSIONER, Role.AUDITOR, Role.OPERATOR}),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a system with a scope of this name may do."""

    name: str
    verb: Verb
    thing: Thing


SCOPES: tuple[Scope, ...] = (
    Scope("referrals:write", CREATE, Thing.REFERRAL),
    Scope("referrals:write", CHANGE, Thing.REFERRAL),
    Scope("referrals:read", READ, Thing.REFERRAL),
    Scope("signals:write", CHANGE, Thing.SIGNAL),
    Scope("summary:read", READ, Thing.SUMMARY),
    Scope("directory:write", CHANGE, Thing.SERVICE),
    Scope("operate", CHANGE, Thing.PLUMBING),
)
SCOPE_NAMES = frozenset(scope.name for scope in SCOPES)

"""The words of the access table: what is done, to what, and how far a grant reaches."""

from enum import StrEnum


class Verb(StrEnum):
    READ = "read"
    CREATE = "create"
    CHANGE = "change"
    ASSIGN = "assign"
    ANSWER = "answer"
    EXPORT = "export"
    ERASE = "erase"
    END = "end"


class Thing(StrEnum):
    """What is acted upon."""

    SERVICE = "service"
    ORGANISATION = "organisation"
    PRESCRIPTION = "prescription"
    PERSON = "person"
    REFERRAL = "referral"
    OFFER = "offer"
    TASK = "task"
    MEASURE = "measure"
    WAITING_LIST = "waiting-list"
    SIGNAL = "signal"
    SUMMARY = "summary"
    MESSAGE = "message"
    AUDIT_TRAIL = "audit-trail"
    MEMBERSHIP = "membership"
    SIGN_IN = "sign-in"
    LINKS = "links"
    SYSTEM_CLIENT = "system-client"
    PLUMBING = "plumbing"
    FEED = "feed"
    COVER = "cover"


CASE_DATA = frozenset(
    {Thing.PERSON, Thing.REFERRAL, Thing.OFFER, Thing.TASK, Thing.MEASURE, Thing.WAITING_LIST}
)
"""What tells of one person or one case."""

FIGURES = frozenset({Thing.SUMMARY, Thing.COVER})
"""What is counted over many, with small numbers hidden."""


class Reach(StrEnum):
    """How far a grant goes. A thing without the fact that a reach asks for is out of reach."""

    EVERYWHERE = "everywhere"
    OWN_AREA = "own area"
    OWN_ORGANISATION = "own organisation"
    OWN_WORK = "given to them"
    OWN_SUBJECT = "about themselves, by link"


MEANINGS = {
    Thing.SERVICE: "an entry of the directory",
    Thing.ORGANISATION: "an organisation and how to reach it",
    Thing.PRESCRIPTION: "a list of services, given to somebody to take away",
    Thing.PERSON: "who somebody is: name, contact, characteristics, notes",
    Thing.REFERRAL: "a referral, its needs and what became of them",
    Thing.OFFER: "what a provider is asked: need codes and bands; a name only once it has accepted",
    Thing.TASK: "one errand of a case, with no more than it takes",
    Thing.MEASURE: "the answers and scores of one person",
    Thing.WAITING_LIST: "who waits for what",
    Thing.SIGNAL: "what a provider says of its space",
    Thing.SUMMARY: "figures over many people, small numbers hidden",
    Thing.MESSAGE: "that a message was sent and whether it arrived; never its text",
    Thing.AUDIT_TRAIL: "who read or wrote which record, when and why",
    Thing.MEMBERSHIP: "who holds which role where",
    Thing.SIGN_IN: "whether somebody may come in at all: a lost phone, somebody who has left",
    Thing.LINKS: "the links that an organisation was sent: a wrong or former address, a message in other hands",
    Thing.SYSTEM_CLIENT: "a system that may call: its scopes and secrets",
    Thing.PLUMBING: "dead letters, queues and health; ids only",
    Thing.COVER: "what support wards have, against need and referrals: figures, small numbers hidden",
    Thing.FEED: "a list that the directory reads by itself, and what became of each record",
}

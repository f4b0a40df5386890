"""Audit records in words: plain ones for the person, exact ones for an auditor."""

from collections.abc import Mapping
from uuid import UUID

from services.referral.domain.audit_act import Act, ActorKind, AuditPurpose, RecordKind
from shared.access.roles import LABELS
from shared.access.vocabulary import Verb
from shared.web.phrases import translatable

ASKED = translatable("A group that we asked to help you")
PLACED = translatable("The group that has a place for you")
REFERRER = translatable("The organisation that referred you")
REFERRING = translatable("An organisation that refers people")
STAFF = translatable("Somebody who works for your area, or who referred you")
US = translatable("Kith")

FOR_THE_PERSON: Mapping[tuple[ActorKind, AuditPurpose, Verb], tuple[str, str]] = {
    (ActorKind.PERSON, AuditPurpose.REFERRING, Verb.CREATE): (
        translatable("You"),
        translatable("asked for help"),
    ),
    (ActorKind.PERSON, AuditPurpose.OWN_RECORD, Verb.READ): (
        translatable("You"),
        translatable("looked at your pages here"),
    ),
    (ActorKind.PERSON, AuditPurpose.OWN_RECORD, Verb.CHANGE): (
        translatable("You"),
        translatable("told us that you no longer want something"),
    ),
    (ActorKind.PERSON, AuditPurpose.EXPORT, Verb.EXPORT): (
        translatable("You"),
        translatable("looked at all that we hold about you"),
    ),
    (ActorKind.PERSON, AuditPurpose.ERASURE, Verb.READ): (
        translatable("You"),
        translatable("read what happens if we delete everything"),
    ),
    (ActorKind.PERSON, AuditPurpose.MEASURING, Verb.READ): (
        translatable("You"),
        translatable("looked at our questions about how you are"),
    ),
    (ActorKind.PERSON, AuditPurpose.MEASURING, Verb.CREATE): (
        translatable("You"),
        translatable("told us how you are"),
    ),
    (ActorKind.SYSTEM, AuditPurpose.REFERRING, Verb.CREATE): (
        REFERRER,
        translatable("asked for help for you"),
    ),
    (ActorKind.PERSON, AuditPurpose.OWN_RECORD, Verb.ANSWER): (
        translatable("You"),
        translatable("chose which group we ask, or left it to us"),
    ),
    (ActorKind.SYSTEM, AuditPurpose.REFERRING, Verb.ANSWER): (
        REFERRER,
        translatable("chose for you which group we ask"),
    ),
    (ActorKind.SYSTEM, AuditPurpose.REFERRING, Verb.CHANGE): (
        REFERRER,
        translatable("told us what you want, or do not want"),
    ),
    (ActorKind.STAFF, AuditPurpose.REFERRING, Verb.ANSWER): (
        STAFF,
        translatable("chose for you which group we ask"),
    ),
    (ActorKind.STAFF, AuditPurpose.REFERRING, Verb.CHANGE): (
        STAFF,
        translatable("told us what you want, or do not want"),
    ),
    (ActorKind.SYSTEM, AuditPurpose.FOLLOWING_UP, Verb.READ): (
        REFERRING,
        translatable("looked at how things are going"),
    ),
    (ActorKind.PROVIDER, AuditPurpose.OFFER, Verb.READ): (
        ASKED,
        translatable("read what you need; your name was not shown"),
    ),
    (ActorKind.PROVIDER, AuditPurpose.OFFER, Verb.CHANGE): (ASKED, translatable("said yes or no")),
    (ActorKind.PROVIDER, AuditPurpose.SUPPORT, Verb.READ): (PLACED, translatable("looked at your place")),
    (ActorKind.PROVIDER, AuditPurpose.SUPPORT, Verb.CHANGE): (
        PLACED,
        translatable("told us how things are going"),
    ),
    (ActorKind.PROVIDER, AuditPurpose.CONTACT, Verb.CHANGE): (
        PLACED,
        translatable("asked who you are and how to reach you"),
    ),
    (ActorKind.PROVIDER, AuditPurpose.CONTACT, Verb.READ): (
        PLACED,
        translatable("saw your name and how to reach you"),
    ),
    (ActorKind.SERVICE, AuditPurpose.MESSAGE, Verb.READ): (
        US,
        translatable("used your contact details to send you a message"),
    ),
    (ActorKind.SERVICE, AuditPurpose.MESSAGE, Verb.CHANGE): (
        US,
        translatable("sent the group that we asked, or that helps you, a new link"),
    ),
    (ActorKind.SERVICE, AuditPurpose.ALLOCATION, Verb.CHANGE): (US, translatable("looked for help for you")),
    (ActorKind.SYSTEM, AuditPurpose.DEMONSTRATION, Verb.CHANGE): (
        US,
        translatable("tried out how this works"),
    ),
    (ActorKind.STAFF, AuditPurpose.FOLLOWING_UP, Verb.READ): (
        STAFF,
        translatable("looked at how things are going"),
    ),
    (ActorKind.SYSTEM, AuditPurpose.DEMONSTRATION, Verb.READ): (
        US,
        translatable("tried out how this works"),
    ),
    (ActorKind.STAFF, AuditPurpose.AUDIT, Verb.READ): (
        translatable("An auditor"),
        translatable("checked who has seen your record"),
    ),
}
REFERRER_TOLD = (US, translatable("told whoever referred you how things are going"))
LINKS_STOPPED = (translatable("You"), translatable("stopped your links and asked for a new one"))
ANYTHING_ELSE = (translatable("Somebody"), translatable("opened your record"))


def words_for_person(act: Act) -> tuple[str, str]:
    """Who, and what they did, as the person would say it."""
    if act.purpose is AuditPurpose.MESSAGE and act.object_kind is RecordKind.REFERRAL:
        return REFERRER_TOLD
    if act.actor.kind is ActorKind.PERSON and (act.verb, act.object_kind) == (
        Verb.CHANGE,
        RecordKind.REFERRAL,
    ):
        return LINKS_STOPPED
    return FOR_THE_PERSON.get((act.actor.kind, act.purpose, act.verb), ANYTHING_ELSE)


def name_of_place(act: Act, places: Mapping[UUID, str]) -> str:
    """Which group it was that has, or had, a place for the person; nothing for anybody else."""
    if words_for_person(act)[0] != PLACED or act.actor.id is None:
        return ""
    return places.get(UUID(act.actor.id), "")


def who(act: Act) -> str:
    """The actor, for an auditor: kind, role and id."""
    role = LABELS[act.actor.role] if act.actor.role else str(act.actor.kind).capitalize()
    return f"{role} {act.actor.id}" if act.actor.id else role


def what(act: Act) -> str:
    return f"{act.verb} {act.object_kind}".replace("-", " ")

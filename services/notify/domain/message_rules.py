"""Which event is told to whom, as data: a template, a recipient and the link that the message needs.

A provider's lapse or decline is told to nobody: the person hears what comes next, not who said no.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.events.event_data import EventData
from shared.events.notify import ReaderKind, RecipientKind
from shared.events.referral import ReferralNeedUnmetV1
from shared.vocabulary.vocabulary import help_to_attend


@dataclass(frozen=True, slots=True)
class Link:
    """A link's purpose, and the field of the event that it is about.

    Without a purpose the mail has no link, but the reference of the referral that the field names.
    """

    purpose: str | None
    subject: str
    or_else: str | None = None
    """The field where the event is of a release that does not tell the other one."""


@dataclass(frozen=True, slots=True)
class MessageRule:
    """One message that an event calls for. `recipient` is the field that names whom to tell."""

    template: str
    kind: RecipientKind | ReaderKind
    recipient: str
    link: Link


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """A message by ids and codes: never a name, an address or a text."""

    template: str
    recipient_kind: RecipientKind | ReaderKind
    recipient_id: UUID
    link_purpose: str | None
    link_subject: UUID
    service_id: UUID | None = None
    discreet: bool = False
    unmet_reason: str | None = None


MY_REFERRAL = Link("my-referral", "referral_id")
# Of the place itself: what was sent to a provider opens nothing of the next one to which the same leg goes.
PROGRESS = Link("progress", "request_id", or_else="leg_id")
CONTACT = Link("person-contact", "request_id", or_else="leg_id")
REFERENCE = Link(None, "referral_id")
LIST_TEMPLATE = "your-list"
UNMET_TEMPLATE = "we-found-nothing-for-them"
THEIR_OWN_WORD = "not-wanted"
"""What a person does not want is theirs to tell."""
DIGEST_TEMPLATE = "whats-on-near-you"
# Their owner writes these, in the reader's language and of what is on when they are sent: they have no text here.
WRITTEN_BY_OWNER = frozenset({LIST_TEMPLATE, DIGEST_TEMPLATE})
STOPPED_BY_LINK = frozenset(
    {DIGEST_TEMPLATE}
)  # comes again and again, until somebody posts to the link in it
# From a neutral sender, whoever looks over a shoulder.
FROM_NEUTRAL_SENDER = frozenset({LIST_TEMPLATE})


def to_referrer(template: str) -> MessageRule:
    """Who referred somebody hears what became of it: by the reference, with no link to what is the person's."""
    return MessageRule(template, "referrer", "referrer_id", REFERENCE)


RULES: Mapping[str, tuple[MessageRule, ...]] = {
    "referral.received.v1": (MessageRule("we-have-your-referral", "person", "person_id", MY_REFERRAL),),
    "referral.offered.v1": (
        MessageRule("new-offer", "organisation", "organisation_id", Link("offer", "request_id")),
    ),
    "referral.accepted.v1": (
        MessageRule("you-have-a-place", "person", "person_id", MY_REFERRAL),
        MessageRule("place-taken", "organisation", "organisation_id", PROGRESS),
        to_referrer("they-have-a-place"),
    ),
    "referral.contact-asked.v1": (
        MessageRule("how-to-reach-them", "organisation", "organisation_id", CONTACT),
    ),
    "referral.link-asked.v1": (MessageRule("your-new-link", "person", "person_id", MY_REFERRAL),),
    "referral.offer-link-asked.v1": (
        MessageRule("new-link-to-offer", "organisation", "organisation_id", Link("offer", "request_id")),
    ),
    "referral.progress-link-asked.v1": (
        MessageRule("new-link-to-place", "organisation", "organisation_id", PROGRESS),
    ),
    "referral.withdrawn.v1": (
        MessageRule("no-longer-wanted", "organisation", "organisation_id", Link("offer", "request_id")),
        to_referrer("they-have-stopped"),
    ),
    "referral.proposed.v1": (MessageRule("choose-a-group", "person", "person_id", MY_REFERRAL),),
    "referral.wait-listed.v1": (MessageRule("you-are-waiting", "person", "person_id", MY_REFERRAL),),
    "referral.still-wanted-asked.v1": (
        MessageRule("do-you-still-want-this", "person", "person_id", MY_REFERRAL),
    ),
    "referral.invited.v1": (MessageRule("you-are-invited", "person", "person_id", MY_REFERRAL),),
    "referral.no-place-at-event.v1": (
        MessageRule("no-place-at-the-event", "person", "person_id", MY_REFERRAL),
    ),
    "referral.no-place-meanwhile.v1": (
        MessageRule("no-place-meanwhile", "person", "person_id", MY_REFERRAL),
    ),
    "referral.need-unmet.v1": (
        MessageRule("we-found-nothing-yet", "person", "person_id", MY_REFERRAL),
        to_referrer(UNMET_TEMPLATE),
    ),
    "referral.completed.v1": (to_referrer("they-have-finished"),),
    "capacity.signal-expiring.v1": (
        MessageRule(
            "your-space-runs-out", "organisation", "organisation_id", Link("capacity-signal", "pool_id")
        ),
    ),
    "referral.space-asked.v1": (
        MessageRule(
            "do-you-have-space", "organisation", "organisation_id", Link("capacity-signal", "pool_id")
        ),
    ),
    "outcomes.follow-up-due.v1": (
        MessageRule("how-are-you", "person", "person_id", Link("measure", "follow_up_id")),
    ),
    "directory.list-email-asked.v1": (
        MessageRule(LIST_TEMPLATE, "list-reader", "email_id", Link("prescription", "prescription_id")),
    ),
    "directory.digest-due.v1": (
        MessageRule(DIGEST_TEMPLATE, "digest-reader", "digest_id", Link("digest", "digest_id")),
    ),
    "directory.assurance-due.v1": (
        MessageRule("check-your-entry", "organisation", "organisation_id", Link("entry", "organisation_id")),
    ),
}
# Needs of which nobody else at home may hear.
DISCREET_NEEDS = frozenset({"domestic-abuse"})
# Help to go somewhere goes with a place. That it began or ended is no word on what somebody was referred for.
OF_THE_PLACE_ALONE = frozenset({"they-have-a-place", "they-have-stopped", "they-have-finished"})
# Whoever gets these must hear them, even when the person is forgotten meanwhile: nobody may go on calling them.
STOPS = frozenset({"no-longer-wanted", "they-have-stopped"})
SPACE_TEMPLATE = "tell-us-your-space"
NEW_SPACE_LINK_TEMPLATE = "new-link-to-space"


def messages_about(data: EventData) -> tuple[PlannedMessage, ...]:
    """The messages that an event calls for. Where the event names no such recipient there is nobody to tell."""
    return tuple(
        _planned(rule, data)
        for rule in RULES.get(data.event_type, ())
        if getattr(data, rule.recipient) is not None and not _is_of_help_alone(rule, data)
    )


def _is_of_help_alone(rule: MessageRule, data: EventData) -> bool:
    return rule.template in OF_THE_PLACE_ALONE and getattr(data, "need", None) in help_to_attend()


def tells_to_stop(data: EventData) -> bool:
    return any(each.template in STOPS for each in messages_about(data))


def ask_for_space(
    service_id: UUID, organisation_id: UUID, pool_id: UUID, template: str = SPACE_TEMPLATE
) -> PlannedMessage:
    """Asks an organisation, once for each thing that can be full, to say what space there is."""
    return PlannedMessage(template, "organisation", organisation_id, "capacity-signal", pool_id, service_id)


def is_discreet(data: EventData) -> bool:
    """Whether what the event is about may put the person in danger when others read of it."""
    return not DISCREET_NEEDS.isdisjoint((*getattr(data, "needs", ()), getattr(data, "need", None)))


def _why_unmet(rule: MessageRule, data: EventData) -> str | None:
    """Who referred somebody is told why nothing was found; the person hears it from them, not from a mail."""
    if rule.template != UNMET_TEMPLATE or not isinstance(data, ReferralNeedUnmetV1):
        return None
    return data.reason if data.barrier in {None, THEIR_OWN_WORD} else data.barrier


def _subject(link: Link, data: EventData) -> UUID:
    subject = getattr(data, link.subject)
    if subject is None and link.or_else:
        subject = getattr(data, link.or_else)
    return UUID(str(subject))


def _planned(rule: MessageRule, data: EventData) -> PlannedMessage:
    return PlannedMessage(
        rule.template,
        rule.kind,
        getattr(data, rule.recipient),
        rule.link.purpose,
        _subject(rule.link, data),
        getattr(data, "service_id", None),
        discreet=rule.kind == "person" and is_discreet(data),
        unmet_reason=_why_unmet(rule, data),
    )

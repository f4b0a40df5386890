"""The one register of event types: type → class, topic, owner."""

from collections.abc import Mapping

from shared.events import capacity, directory, notify, outcomes, referral
from shared.events.event_data import EventData

EVENT_CLASSES: tuple[type[EventData], ...] = (
    directory.ServicePublishedV1,
    directory.ServiceWithdrawnV1,
    directory.MembershipChangedV1,
    directory.OrganisationLinksEndedV1,
    directory.PrescriptionGivenV1,
    directory.AssuranceDueV1,
    directory.ListEmailAskedV1,
    directory.DigestDueV1,
    capacity.SignalChangedV1,
    capacity.SignalExpiringV1,
    capacity.PlaceHeldV1,
    capacity.PlaceRefusedV1,
    capacity.PlaceTakenV1,
    capacity.PlaceFreedV1,
    capacity.PersonErasureAnsweredV1,
    referral.ReferralReceivedV1,
    referral.ReferralOfferedV1,
    referral.ReferralAcceptedV1,
    referral.ReferralDeclinedV1,
    referral.ReferralLapsedV1,
    referral.ReferralWaitListedV1,
    referral.ReferralProposedV1,
    referral.ReferralStillWantedAskedV1,
    referral.ReferralInvitedV1,
    referral.ReferralNoPlaceAtEventV1,
    referral.ReferralNoPlaceMeanwhileV1,
    referral.ReferralStartedV1,
    referral.ReferralNotAttendedV1,
    referral.ReferralCompletedV1,
    referral.ReferralContactAskedV1,
    referral.ReferralLinkAskedV1,
    referral.ReferralOfferLinkAskedV1,
    referral.ReferralProgressLinkAskedV1,
    referral.ReferralWithdrawnV1,
    referral.ReferralNeedUnmetV1,
    referral.SpaceAskedV1,
    referral.PersonErasedV1,
    referral.PersonDescribedV1,
    referral.PlaceRequestedV1,
    referral.PlaceConfirmedV1,
    referral.PlaceGivenUpV1,
    referral.PlaceEndedV1,
    referral.AuditSealedV1,
    outcomes.FollowUpDueV1,
    outcomes.FollowUpSettledV1,
    outcomes.MeasureRecordedV1,
    outcomes.ServiceEvidenceChangedV1,
    outcomes.RecordAccessedV1,
    outcomes.PersonErasureAnsweredV1,
    notify.MessageDeliveredV1,
    notify.MessageFailedV1,
    notify.MailSettledV1,
    notify.PersonErasureAnsweredV1,
)

CLASS_OF_TYPE: Mapping[str, type[EventData]] = {each.event_type: each for each in EVENT_CLASSES}


def owner_of(event_type: str) -> str:
    """The service that says events of this type: the first part of its name."""
    return event_type.partition(".")[0]


def types_on(topic: str) -> tuple[type[EventData], ...]:
    """The event classes that travel on a topic."""
    return tuple(each for each in EVENT_CLASSES if each.topic == topic)

"""From what happened to a leg to the events that tell of it: the only mapping, so that the domain can change."""

from collections.abc import Callable, Mapping
from uuid import UUID

from services.referral.domain.fact_kind import FactKind
from services.referral.domain.leg import Fact, Leg, Placement
from shared.events import referral
from shared.events.event_data import EventData
from shared.events.referral import GivenUpReason


def event_of(fact: Fact, leg: Leg) -> EventData:
    """The event for one fact of a leg, which is given as it is after the step."""
    return _MAPPING[fact.kind](fact, leg)


def place_given_up(
    *, pool_id: UUID, request_id: UUID, referral_id: UUID, leg_id: UUID, reason: GivenUpReason
) -> EventData:
    """A place that was held for a leg which does not want it."""
    return referral.PlaceGivenUpV1(
        pool_id=pool_id, request_id=request_id, referral_id=referral_id, leg_id=leg_id, reason=reason
    )


def place_ended(*, pool_id: UUID, request_id: UUID, referral_id: UUID, leg_id: UUID) -> EventData:
    """A place that was taken for a leg which does not want it."""
    return referral.PlaceEndedV1(
        pool_id=pool_id, request_id=request_id, referral_id=referral_id, leg_id=leg_id
    )


def still_wanted_asked(leg: Leg, times: int) -> EventData:
    """The person is asked whether they still want what they wait for."""
    return referral.ReferralStillWantedAskedV1.model_validate(_of(leg) | {"times": times})


def contact_asked(leg: Leg) -> EventData:
    """The provider of a leg asks who the person is."""
    place = leg.placement
    assert place is not None  # noqa: S101 - who has a place has a placement
    return referral.ReferralContactAskedV1(
        referral_id=leg.referral_id,
        leg_id=leg.leg_id,
        organisation_id=place.organisation_id,
        request_id=place.request_id,
    )


def offer_link_asked(leg: Leg) -> EventData:
    """The provider that is asked needs a new link to answer."""
    place = leg.placement
    assert place is not None  # noqa: S101 - who is offered has a placement
    return referral.ReferralOfferLinkAskedV1(
        referral_id=leg.referral_id,
        leg_id=leg.leg_id,
        request_id=place.request_id,
        service_id=place.service_id,
        organisation_id=place.organisation_id,
    )


def progress_link_asked(leg: Leg) -> EventData:
    """The provider with the place needs a new link to say how it goes."""
    place = leg.placement
    assert place is not None  # noqa: S101 - who has a place has a placement
    return referral.ReferralProgressLinkAskedV1(
        referral_id=leg.referral_id,
        leg_id=leg.leg_id,
        request_id=place.request_id,
        service_id=place.service_id,
        organisation_id=place.organisation_id,
    )


def _of(leg: Leg) -> dict[str, object]:
    return {
        "referral_id": leg.referral_id,
        "leg_id": leg.leg_id,
        "person_id": leg.person_id,
        "need": leg.wants.need,
    }


def _told_to_referrer(values: dict[str, object], leg: Leg) -> dict[str, object]:
    return values | {"referrer_id": leg.referrer_id}


def _placed(fact: Fact, leg: Leg) -> dict[str, object]:
    place = _placement(fact)
    return _of(leg) | {
        "request_id": place.request_id,
        "service_id": place.service_id,
        "pool_id": place.pool_id,
        "organisation_id": place.organisation_id,
    }


def _asked(fact: Fact, leg: Leg) -> dict[str, object]:
    place = _placement(fact)
    return {
        "pool_id": place.pool_id,
        "request_id": place.request_id,
        "referral_id": leg.referral_id,
        "leg_id": leg.leg_id,
    }


def _placement(fact: Fact) -> Placement:
    assert fact.placement is not None  # noqa: S101 - facts about a place carry it
    return fact.placement


_MAPPING: Mapping[FactKind, Callable[[Fact, Leg], EventData]] = {
    FactKind.PROPOSED: lambda fact, leg: referral.ReferralProposedV1.model_validate(
        _of(leg) | {"choose_by": fact.at}
    ),
    FactKind.WAIT_LISTED: lambda fact, leg: referral.ReferralWaitListedV1.model_validate(
        _of(leg) | {"waiting_since": fact.at}
    ),
    FactKind.OFFERED: lambda fact, leg: referral.ReferralOfferedV1.model_validate(
        _placed(fact, leg) | {"offered_at": leg.offered_at, "answer_by": leg.answer_by}
    ),
    FactKind.ACCEPTED: lambda fact, leg: referral.ReferralAcceptedV1.model_validate(
        _told_to_referrer(_placed(fact, leg), leg)
    ),
    FactKind.DECLINED: lambda fact, leg: referral.ReferralDeclinedV1.model_validate(
        _placed(fact, leg) | {"reason": fact.reason}
    ),
    FactKind.LAPSED: lambda fact, leg: referral.ReferralLapsedV1.model_validate(_placed(fact, leg)),
    FactKind.STARTED: lambda fact, leg: referral.ReferralStartedV1.model_validate(
        _placed(fact, leg) | {"started_at": fact.at}
    ),
    FactKind.NOT_ATTENDED: lambda fact, leg: referral.ReferralNotAttendedV1.model_validate(
        _placed(fact, leg) | {"missed_at": fact.at}
    ),
    FactKind.COMPLETED: lambda fact, leg: referral.ReferralCompletedV1.model_validate(
        _told_to_referrer(_placed(fact, leg), leg) | {"completed_at": fact.at}
    ),
    FactKind.WITHDRAWN: lambda fact, leg: referral.ReferralWithdrawnV1.model_validate(
        _told_to_referrer(_placed(fact, leg) if fact.placement else _of(leg), leg)
    ),
    FactKind.NEED_UNMET: lambda fact, leg: referral.ReferralNeedUnmetV1.model_validate(
        _told_to_referrer(_of(leg), leg) | {"reason": fact.reason, "barrier": fact.barrier}
    ),
    FactKind.NO_PLACE_AT_EVENT: lambda _, leg: referral.ReferralNoPlaceAtEventV1.model_validate(_of(leg)),
    FactKind.NO_PLACE_MEANWHILE: lambda _, leg: referral.ReferralNoPlaceMeanwhileV1.model_validate(_of(leg)),
    FactKind.PLACE_REQUESTED: lambda fact, leg: referral.PlaceRequestedV1.model_validate(
        _asked(fact, leg) | {"beside_leg_id": leg.beside.leg_id if leg.beside else None}
    ),
    FactKind.PLACE_CONFIRMED: lambda fact, leg: referral.PlaceConfirmedV1.model_validate(_asked(fact, leg)),
    FactKind.PLACE_GIVEN_UP: lambda fact, leg: referral.PlaceGivenUpV1.model_validate(
        _asked(fact, leg) | {"reason": fact.reason}
    ),
    FactKind.PLACE_ENDED: lambda fact, leg: referral.PlaceEndedV1.model_validate(_asked(fact, leg)),
}

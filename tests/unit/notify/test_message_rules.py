"""Each event is told to those whom it concerns, by ids and codes, with a template and a link that exist."""

import json
from uuid import UUID

import pytest

from services.notify.domain.message_rules import (
    RULES,
    SPACE_TEMPLATE,
    WRITTEN_BY_OWNER,
    ask_for_space,
    messages_about,
)
from services.notify.outbound.mail_text import TEMPLATES
from shared.events.catalogue import CLASS_OF_TYPE
from shared.events.check import EXAMPLES
from shared.events.event_data import EventData
from shared.events.outcomes import FollowUpDueV1
from shared.events.referral import (
    ReferralAcceptedV1,
    ReferralCompletedV1,
    ReferralContactAskedV1,
    ReferralDeclinedV1,
    ReferralLapsedV1,
    ReferralNeedUnmetV1,
    ReferralOfferedV1,
    ReferralProgressLinkAskedV1,
    ReferralWithdrawnV1,
)
from shared.security.signed_links import Purpose

IDS = {
    "referral_id": UUID(int=1),
    "leg_id": UUID(int=2),
    "person_id": UUID(int=3),
    "request_id": UUID(int=4),
    "service_id": UUID(int=5),
    "pool_id": UUID(int=6),
    "organisation_id": UUID(int=7),
}


def placed_leg(event_class: type[EventData], **more: object) -> EventData:
    return event_class.model_validate({**IDS, "need": "loneliness", **more})


def test_an_offer_is_told_to_the_organisation_alone() -> None:
    offered = placed_leg(
        ReferralOfferedV1, offered_at="2026-11-22T09:00:00Z", answer_by="2026-11-25T09:00:00Z"
    )

    [message] = messages_about(offered)

    assert (message.recipient_kind, message.recipient_id) == ("organisation", IDS["organisation_id"])
    assert (message.link_purpose, message.link_subject) == ("offer", IDS["request_id"])


@pytest.mark.parametrize(
    ("event_class", "more"),
    [
        (ReferralAcceptedV1, {}),
        (ReferralWithdrawnV1, {}),
        (ReferralCompletedV1, {"completed_at": "2026-11-25T09:00:00Z"}),
    ],
)
def test_who_referred_hears_of_what_they_referred_for_and_not_of_who_goes_along(
    event_class: type[EventData], more: dict[str, str]
) -> None:
    referrer = {**IDS, "referrer_id": UUID(int=8), **more}
    told = [
        {
            each.recipient_kind
            for each in messages_about(event_class.model_validate({**referrer, "need": need}))
        }
        for need in ("loneliness", "interpreter")
    ]

    assert "referrer" in told[0]
    assert told[1] == told[0] - {"referrer"}


def test_a_place_is_told_to_the_person_and_to_the_organisation() -> None:
    to_person, to_organisation = messages_about(placed_leg(ReferralAcceptedV1))

    assert (to_person.recipient_id, to_person.link_subject) == (IDS["person_id"], IDS["referral_id"])
    assert (to_organisation.recipient_id, to_organisation.link_subject) == (
        IDS["organisation_id"],
        IDS["request_id"],
    )
    assert to_organisation.link_purpose == "progress"


@pytest.mark.parametrize("event_class", [ReferralContactAskedV1, ReferralProgressLinkAskedV1])
def test_a_link_about_a_place_is_about_its_request_where_the_event_tells_it(
    event_class: type[EventData],
) -> None:
    """An event of the release before names the leg alone."""
    of_the_one_before = {name: each for name, each in IDS.items() if name != "request_id"}

    subjects = [
        messages_about(event_class.model_validate(each))[0].link_subject for each in (IDS, of_the_one_before)
    ]

    assert subjects == [IDS["request_id"], IDS["leg_id"]]


@pytest.mark.parametrize(
    ("event_class", "more", "template"),
    [
        (ReferralAcceptedV1, {}, "they-have-a-place"),
        (ReferralNeedUnmetV1, {"reason": "travel"}, "we-found-nothing-for-them"),
        (ReferralWithdrawnV1, {}, "they-have-stopped"),
        (ReferralCompletedV1, {"completed_at": "2026-11-22T09:00:00Z"}, "they-have-finished"),
    ],
)
def test_the_referrer_hears_what_became_where_there_is_one(
    event_class: type[EventData], more: dict[str, str], template: str
) -> None:
    referrer_id = UUID(int=8)
    to_referrer = [
        each
        for each in messages_about(placed_leg(event_class, referrer_id=referrer_id, **more))
        if each.recipient_kind == "referrer"
    ]
    by_themselves = messages_about(placed_leg(event_class, **more))

    assert [(each.template, each.recipient_id) for each in to_referrer] == [(template, referrer_id)]
    assert [(each.link_purpose, each.link_subject) for each in to_referrer] == [(None, IDS["referral_id"])]
    assert not [each for each in by_themselves if each.recipient_kind == "referrer"]


def test_the_referrer_alone_is_told_why_nothing_was_found() -> None:
    unmet = placed_leg(ReferralNeedUnmetV1, referrer_id=UUID(int=8), reason="language")

    why = {each.recipient_kind: each.unmet_reason for each in messages_about(unmet)}

    assert why == {"person": None, "referrer": "language"}


@pytest.mark.parametrize(("barrier", "told"), [("hours", "hours"), ("not-wanted", "no-service")])
def test_the_referrer_is_told_the_barrier_but_not_what_the_person_does_not_want(
    barrier: str, told: str
) -> None:
    unmet = placed_leg(ReferralNeedUnmetV1, referrer_id=UUID(int=8), reason="no-service", barrier=barrier)

    assert {each.unmet_reason for each in messages_about(unmet)} == {None, told}


@pytest.mark.parametrize(
    "event", [placed_leg(ReferralDeclinedV1, reason="no-space"), placed_leg(ReferralLapsedV1)]
)
def test_who_said_no_or_nothing_is_told_to_nobody(event: EventData) -> None:
    assert messages_about(event) == ()


def test_a_follow_up_is_asked_of_the_person_by_a_measure_link() -> None:
    example = json.loads((EXAMPLES / FollowUpDueV1.event_type / "minimal.json").read_text())
    due = FollowUpDueV1.model_validate(example)

    [message] = messages_about(due)

    assert (message.template, message.recipient_id) == ("how-are-you", due.person_id)
    assert (message.link_purpose, message.link_subject) == ("measure", due.follow_up_id)


def test_every_rule_names_an_event_a_field_a_purpose_and_a_template_that_exist() -> None:
    for event_type, rules in RULES.items():
        fields = CLASS_OF_TYPE[event_type].model_fields
        for rule in rules:
            assert {rule.recipient, rule.link.subject} <= fields.keys()
            if rule.kind == "referrer":
                assert rule.link.purpose is None
            else:
                assert Purpose(str(rule.link.purpose))
            written_here = (TEMPLATES / f"{rule.template}.txt").exists()
            assert written_here == (rule.template not in WRITTEN_BY_OWNER)
    asked = ask_for_space(UUID(int=1), UUID(int=2), UUID(int=3))
    assert Purpose(str(asked.link_purpose))
    assert (TEMPLATES / f"{SPACE_TEMPLATE}.txt").exists()

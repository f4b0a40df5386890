"""Who is told what: once for each event, by mail, with nothing of it kept."""

import json
from email.message import EmailMessage
from uuid import uuid4

import httpx
import pytest

from shared.events.directory import (
    OrganisationLinksEndedV1,
    PoolOfService,
    ServicePublishedV1,
    ServiceWithdrawnV1,
)
from shared.events.directory import Pool as ServicePool
from shared.events.envelope import Event
from shared.events.outcomes import FollowUpDueV1
from shared.events.referral import (
    ReferralAcceptedV1,
    ReferralContactAskedV1,
    ReferralDeclinedV1,
    ReferralNeedUnmetV1,
    ReferralOfferedV1,
    ReferralOfferLinkAskedV1,
    ReferralProgressLinkAskedV1,
    ReferralReceivedV1,
    ReferralWaitListedV1,
    ReferralWithdrawnV1,
)
from tests.component.notify.notify_world import START, TRACE, NotifyWorld, event_of, golden
from tests.component.notify.recipient_owner import LINK, address_of
from tests.support.sign_in import system_bearer

AS_OPERATOR = system_bearer("operate")


def received() -> Event[ReferralReceivedV1]:
    return event_of(ReferralReceivedV1, door="gp", needs=["housing"], received_at=START)


async def test_a_person_who_is_referred_gets_the_link_to_their_referral(world: NotifyWorld) -> None:
    event = received()

    await world.hear(event)
    await world.send_all()

    [mail] = world.mailbox.to(address_of(event.data.person_id))
    assert mail["Subject"] == "We have your referral"
    assert LINK.format(purpose="my-referral", subject=event.data.referral_id) in mail.get_content()
    assert "Hello Ada Lovelace," in mail.get_content()
    assert "abuse" not in mail.as_string()


async def test_a_place_is_told_to_both_sides_by_the_services_name(world: NotifyWorld) -> None:
    service = golden(ServicePublishedV1, name="Tea and talk", pools=[])
    event = event_of(ReferralAcceptedV1, need="loneliness", service_id=service.data.service_id)
    await world.hear(service, event)

    await world.send_all()

    [to_person] = world.mailbox.to(address_of(event.data.person_id))
    [to_organisation] = world.mailbox.to(address_of(event.data.organisation_id))
    assert "You have a place with Tea and talk." in to_person.get_content()
    assert LINK.format(purpose="progress", subject=event.data.request_id) in to_organisation.get_content()


async def test_a_sensitive_service_is_not_named_in_a_mail(world: NotifyWorld) -> None:
    service = golden(ServicePublishedV1, name="Safe harbour", sensitive=True, pools=[])
    event = event_of(ReferralAcceptedV1, need="domestic-abuse", service_id=service.data.service_id)
    await world.hear(service, event)

    await world.send_all()

    assert len(world.mailbox.mails) == 2
    assert not [mail for mail in world.mailbox.mails if "Safe harbour" in mail.as_string()]


async def test_messages_that_could_give_somebody_away_say_nothing_from_outside_or_inside(
    world: NotifyWorld,
) -> None:
    """By the need, by the service, and ever after: also where the later event names neither."""
    by_need = event_of(ReferralReceivedV1, door="gp", needs=["domestic-abuse", "housing"], received_at=START)
    service = golden(ServicePublishedV1, sensitive=True, pools=[])
    by_service = event_of(ReferralAcceptedV1, need="housing", service_id=service.data.service_id)
    people = {by_need.data.person_id, by_service.data.person_id}
    later = [
        event_of(FollowUpDueV1, person_id=person, occasion="after", instrument="swemwbs", due_at=START)
        for person in people
    ]
    plain = event_of(FollowUpDueV1, occasion="after", instrument="swemwbs", due_at=START)
    await world.hear(service, by_need, by_service, *later, plain)

    await world.send_all()

    for person in people:
        mails = world.mailbox.to(address_of(person))
        assert len(mails) == 2
        for mail in mails:
            assert (mail["Subject"], mail["From"]) == (
                "A message for you",
                "Messages <no-reply@kith.invalid>",
            )
            lines = mail.get_content().lower().splitlines()
            told = " ".join(line for line in lines if "://" not in line)
            assert not any(
                word in told for word in ("place", "referral", "kith", "safe", "help", "samaritans")
            )
    [mail] = world.mailbox.to(address_of(plain.data.person_id))
    assert mail["Subject"] != "A message for you"


async def test_a_group_that_asks_who_somebody_is_gets_a_link_at_its_known_address(world: NotifyWorld) -> None:
    event = event_of(ReferralContactAskedV1, request_id=uuid4())

    await world.hear(event, event)
    await world.send_all()

    [mail] = world.mailbox.to(address_of(event.data.organisation_id))
    assert mail["Subject"] == "The link that you asked for"
    assert LINK.format(purpose="person-contact", subject=event.data.request_id) in mail.get_content()


async def test_a_group_whose_links_ended_gets_new_ones_for_its_space_and_for_what_it_has_in_hand(
    world: NotifyWorld,
) -> None:
    group, pools = uuid4(), [PoolOfService(service_id=uuid4(), pool_id=uuid4()) for _ in range(2)]
    ended = event_of(OrganisationLinksEndedV1, organisation_id=group, links_valid_from=START, pools=pools)
    offer = event_of(ReferralOfferLinkAskedV1, organisation_id=group)
    place = event_of(ReferralProgressLinkAskedV1, organisation_id=group, request_id=uuid4())

    await world.hear(ended, ended, offer, place)
    await world.send_all()

    told = {mail["Subject"]: mail.get_content() for mail in world.mailbox.to(address_of(group))}
    space = [mail for mail in world.mailbox.mails if mail["Subject"] == "Your new link to tell us your space"]
    assert {
        LINK.format(purpose="capacity-signal", subject=pool.pool_id) in _all(space) for pool in pools
    } == {True}
    assert len(world.mailbox.mails) == 4
    offered = told["Your new link to answer us"]
    assert LINK.format(purpose="offer", subject=offer.data.request_id) in offered
    placed = told["Your new link for someone with a place"]
    assert LINK.format(purpose="progress", subject=place.data.request_id) in placed


def _all(mails: list[EmailMessage]) -> str:
    return "\n".join(mail.get_content() for mail in mails)


async def test_a_withdrawal_is_told_to_the_group_that_had_been_asked_and_to_no_other(
    world: NotifyWorld,
) -> None:
    service = golden(ServicePublishedV1, name="Tea and talk", pools=[])
    ids = {"organisation_id": uuid4(), "request_id": uuid4(), "service_id": service.data.service_id}
    event = event_of(ReferralWithdrawnV1, need="housing", **ids)
    await world.hear(service, event, event_of(ReferralWithdrawnV1, need="housing"))
    await world.hear(event)

    await world.send_all()

    [mail] = world.mailbox.mails
    assert mail["To"] == address_of(ids["organisation_id"])
    assert mail["Subject"] == "They no longer want this"
    assert "referred to Tea and talk has told us" in mail.get_content()
    assert LINK.format(purpose="offer", subject=ids["request_id"]) in mail.get_content()


async def test_who_referred_somebody_hears_what_became_by_reference_alone(world: NotifyWorld) -> None:
    service = golden(ServicePublishedV1, name="Tea and talk", pools=[])
    referrer_id = uuid4()
    event = event_of(
        ReferralAcceptedV1, need="housing", service_id=service.data.service_id, referrer_id=referrer_id
    )
    await world.hear(service, event, event)
    await world.hear(event)

    await world.send_all()

    [mail] = world.mailbox.to(address_of(referrer_id))
    assert mail["Subject"] == "A place for somebody you referred"
    assert f"your referral REF-{event.data.referral_id.hex}." in mail.get_content()
    assert "http" not in mail.get_content()
    assert "Tea and talk" not in mail.get_content()
    [wanted] = [each for each in world.owner.asked if each.recipient.kind == "referrer"]
    assert (wanted.link, wanted.about) == (None, event.data.referral_id)


async def test_each_event_reaches_its_recipient_with_its_template(world: NotifyWorld) -> None:
    await world.hear(
        event_of(ReferralOfferedV1, need="housing", offered_at=START, answer_by=START),
        event_of(ReferralWaitListedV1, need="housing", waiting_since=START),
        event_of(ReferralNeedUnmetV1, need="housing", reason="travel"),
        event_of(ReferralDeclinedV1, need="housing", reason="risk"),
        event_of(FollowUpDueV1, occasion="after", instrument="swemwbs", due_at=START),
    )

    await world.send_all()

    assert [(template, state) for template, state, _, _ in await world.states()] == [
        ("how-are-you", "sent"),
        ("new-offer", "sent"),
        ("we-found-nothing-yet", "sent"),
        ("you-are-waiting", "sent"),
    ]
    assert len(world.mailbox.mails) == 4


async def test_what_was_delivered_is_said_in_the_trace_of_the_event(world: NotifyWorld) -> None:
    event = received()
    await world.hear(event)

    await world.send_all()

    [delivered] = await world.said()
    assert delivered.type == "notify.message-delivered.v1"
    assert (delivered.data.recipient_id, delivered.data.template) == (
        event.data.person_id,
        "we-have-your-referral",
    )
    assert delivered.causation_id == event.id
    trace_id = TRACE.split("-")[1]
    assert delivered.traceparent is not None
    assert delivered.traceparent.split("-")[1] == trace_id
    assert world.owner.traceparents[0] is not None
    assert world.owner.traceparents[0].split("-")[1] == trace_id


async def test_the_same_event_taken_twice_makes_one_message(world: NotifyWorld) -> None:
    event = received()

    await world.hear(event, event)
    await world.hear(event)
    await world.send_all()

    assert len(world.mailbox.mails) == 1


async def test_every_pool_is_asked_about_once(world: NotifyWorld) -> None:
    first, second = ServicePool(pool_id=uuid4(), kind="session"), ServicePool(pool_id=uuid4(), kind="cohort")
    ids = {"service_id": uuid4(), "organisation_id": uuid4()}
    await world.hear(golden(ServicePublishedV1, **ids, version=2, pools=[first]))
    await world.hear(golden(ServicePublishedV1, **ids, version=1, pools=[second]))
    await world.hear(golden(ServicePublishedV1, **ids, version=3, pools=[first, second]))

    await world.send_all()

    mails = world.mailbox.to(address_of(ids["organisation_id"]))
    links = [LINK.format(purpose="capacity-signal", subject=pool.pool_id) for pool in (first, second)]
    assert len(mails) == 2
    assert {link for link in links for mail in mails if link in mail.get_content()} == set(links)


async def test_a_withdrawn_service_is_asked_for_nothing_by_an_older_statement(world: NotifyWorld) -> None:
    pool = ServicePool(pool_id=uuid4(), kind="session")
    older = golden(ServicePublishedV1, service_id=uuid4(), version=1, pools=[pool])
    withdrawn = event_of(ServiceWithdrawnV1, service_id=older.data.service_id, version=2)

    await world.hear(withdrawn)
    await world.hear(older)

    assert await world.states() == []
    assert await world.pool.fetchval("SELECT withdrawn FROM copied_services")


async def test_two_pools_of_one_event_are_two_messages(world: NotifyWorld) -> None:
    pools = [ServicePool(pool_id=uuid4(), kind="session") for _ in range(2)]

    await world.hear(golden(ServicePublishedV1, pools=pools))
    await world.send_all()

    assert len(world.mailbox.mails) == 2
    assert len({mail["Message-ID"] for mail in world.mailbox.mails}) == 2


async def test_nothing_of_a_message_is_kept_or_logged(
    world: NotifyWorld, capfd: pytest.CaptureFixture[str]
) -> None:
    event = received()
    await world.hear(event)

    await world.send_all()

    rows = await world.pool.fetch("SELECT * FROM messages")
    outbox = await world.pool.fetch("SELECT headers, payload FROM outbox_events")
    written = json.dumps([[str(value) for value in row.values()] for row in (*rows, *outbox)])
    logged = "".join(capfd.readouterr())
    for secret in ("Ada", "example.org", "SECRET", "We have your referral", "localhost"):
        assert secret not in written
        assert secret not in logged


@pytest.mark.asvs("V15.3.1")
async def test_operators_see_counts_and_nothing_else(world: NotifyWorld, client: httpx.AsyncClient) -> None:
    gone = received()
    world.owner.unknown.add(gone.data.person_id)
    await world.hear(gone, received(), received())
    await world.send_all()

    all_time = await client.get("/notify/api/messages", headers=AS_OPERATOR)
    later = await client.get(
        "/notify/api/messages", params={"since": "2026-11-22T09:31:00Z"}, headers=AS_OPERATOR
    )
    bound = [
        await client.get("/notify/api/messages", headers=headers)
        for headers in (
            system_bearer("operate", areas=("E09000025",)),
            system_bearer("operate", areas=(), organisation=uuid4()),
        )
    ]
    anonymous = await client.get("/notify/api/messages")
    bad = [
        (await client.get("/notify/api/messages", params={"since": since}, headers=AS_OPERATOR)).status_code
        for since in ("yesterday", "9999-12-31T23:59:59-14:00")
    ]

    assert all_time.json()["counts"] == [
        {"template": "we-have-your-referral", "state": "failed", "messages": 1},
        {"template": "we-have-your-referral", "state": "sent", "messages": 2},
    ]
    assert later.json()["counts"] == []
    assert bound[0].json()["counts"] == []
    assert bound[1].status_code == 403
    assert anonymous.status_code == 401
    assert bad == [422, 422]

"""Mails that directory writes: of a list that somebody was given, and of what is on. Directory hears when they are settled."""

import pytest

from shared.events.capacity import SignalExpiringV1
from shared.events.directory import AssuranceDueV1, DigestDueV1, ListEmailAskedV1
from shared.events.referral import SpaceAskedV1
from tests.component.notify.notify_world import NotifyWorld, event_of, golden
from tests.component.notify.recipient_owner import LINK, address_of


async def test_the_mail_of_a_list_is_its_owners_from_a_neutral_sender_and_its_end_is_said(
    world: NotifyWorld,
) -> None:
    event = event_of(ListEmailAskedV1)
    await world.hear(event, event)
    await world.send_all()

    [mail] = world.mailbox.to(address_of(event.data.email_id))
    link = LINK.format(purpose="prescription", subject=event.data.prescription_id)
    assert mail["Subject"] == "Wiadomość dla Ciebie"
    assert mail["From"] == world.settings.discreet_mail_from
    assert mail["Content-Language"] == "pl"
    assert mail["List-Unsubscribe"] is None
    assert mail.get_content().splitlines() == ["Dzień dobry,", "", link]
    [settled] = await world.said()
    assert settled.type == "notify.mail-settled.v1"
    assert (settled.data.recipient_id, settled.data.outcome) == (event.data.email_id, "sent")


async def test_a_weekly_mail_comes_from_us(world: NotifyWorld) -> None:
    event = event_of(DigestDueV1, period="2026-11-23")
    await world.hear(event)
    await world.send_all()

    [mail] = world.mailbox.to(address_of(event.data.digest_id))
    assert mail["From"] == world.settings.mail_from
    link = LINK.format(purpose="digest", subject=event.data.digest_id)
    assert mail["List-Unsubscribe"] == f"<{link}>"
    [asked] = world.owner.asked
    assert asked.link is not None
    assert (asked.link.purpose, asked.link.subject) == ("digest", event.data.digest_id)


@pytest.mark.parametrize("reason", ["no-address", "refused"])
async def test_a_mail_that_never_arrives_is_settled_as_well(world: NotifyWorld, reason: str) -> None:
    event = event_of(ListEmailAskedV1)
    if reason == "no-address":
        world.owner.unknown.add(event.data.email_id)
    else:
        world.mailbox.refused.add(address_of(event.data.email_id))
    await world.hear(event)
    await world.send_all()

    [settled] = await world.said()
    assert (settled.type, settled.data.outcome, settled.data.reason) == (
        "notify.mail-settled.v1",
        "failed",
        reason,
    )


async def test_what_is_about_no_referral_is_taken_beside_those_who_were_forgotten(world: NotifyWorld) -> None:
    event = event_of(AssuranceDueV1, service_ids=["00000000-0000-4000-8000-000000000001"], reminder=1)
    await world.hear(event)
    await world.send_all()

    assert [each[:2] for each in await world.states()] == [("check-your-entry", "sent")]


async def test_a_provider_is_asked_before_what_they_said_counts_no_more(world: NotifyWorld) -> None:
    event = golden(SignalExpiringV1)
    await world.hear(event)
    await world.hear(event)
    await world.send_all()

    assert [each[:2] for each in await world.states()] == [("your-space-runs-out", "sent")]


async def test_a_provider_whose_space_nobody_knows_is_asked_for_those_who_wait(world: NotifyWorld) -> None:
    event = golden(SpaceAskedV1)
    await world.hear(event)
    await world.hear(event)
    await world.send_all()

    assert [each[:2] for each in await world.states()] == [("do-you-have-space", "sent")]

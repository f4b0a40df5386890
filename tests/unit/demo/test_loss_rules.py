"""What counts as lost: each way of falling out, and that a journey that went well shows none."""

import pytest

from deploy.demo.checker import check
from deploy.demo.log_records import LogRecord
from deploy.demo.loss_rules import lost
from tests.unit.demo.histories import History, whole_journey, without


def kinds(records: list[LogRecord] | object) -> set[str]:
    return {fault.kind for fault in lost(records)}  # type: ignore[arg-type]


def test_a_whole_journey_loses_nothing() -> None:
    assert check(whole_journey().records).clean


@pytest.mark.parametrize(
    ("never_said", "fault"),
    [
        ("capacity.place-held.v1", "request-unanswered"),
        ("referral.offered.v1", "hold-neither-offered-nor-given-up"),
        ("capacity.place-taken.v1", "confirmed-but-not-taken"),
        ("capacity.place-taken.v1", "accepted-without-a-place"),
        ("referral.accepted.v1", "taken-but-not-accepted"),
        ("outcomes.follow-up-due.v1", "accepted-but-not-asked"),
        ("outcomes.follow-up-settled.v1", "measured-but-not-settled"),
        ("notify.message-delivered.v1", "no-message-new-offer"),
    ],
)
def test_each_fact_that_is_never_said_is_missed(never_said: str, fault: str) -> None:
    assert fault in kinds(without(whole_journey(), never_said))


@pytest.mark.parametrize(
    "template", ["we-have-your-referral", "new-offer", "you-have-a-place", "place-taken", "how-are-you"]
)
def test_each_message_that_never_went_is_missed(template: str) -> None:
    records = [each for each in whole_journey().records if each["template"] != template]

    assert kinds(records) == {f"no-message-{template}"}


def test_a_referral_of_which_nothing_is_heard_is_lost() -> None:
    log = History()
    log.received("loneliness", "housing")
    log.message("we-have-your-referral")

    assert [fault.kind for fault in lost(log.records)] == ["need-without-a-state"] * 2


def test_one_need_of_two_without_a_state_is_lost() -> None:
    log = History()
    log.received("loneliness", "housing")
    log.message("we-have-your-referral")
    log.of_leg("wait-listed")
    log.message("you-are-waiting")

    assert [fault.kind for fault in lost(log.records)] == ["need-without-a-state"]


def test_an_unmet_need_that_was_said_is_not_lost() -> None:
    log = History()
    log.received("loneliness")
    log.message("we-have-your-referral")
    log.of_leg("need-unmet")
    log.message("we-found-nothing-yet")

    assert lost(log.records) == []


def test_a_refusal_that_leads_nowhere_is_lost() -> None:
    log = History()
    log.asks("pool", "r1")
    log.refused("pool", "r1")

    assert kinds(log.records) == {"nothing-after-refused"}


def test_a_refusal_that_leads_to_another_request_is_not_lost() -> None:
    log = History()
    log.asks("pool", "r1")
    log.refused("pool", "r1")
    log.asks("other", "r1b")
    log.held("other", "r1b", 1)
    log.of_request("place-given-up", "other", "r1b")
    log.freed("other", "r1b", 1)

    assert lost(log.records) == []


def test_a_refusal_that_is_said_again_after_the_leg_went_on_is_not_lost() -> None:
    log = History()
    log.asks("pool", "r1")
    refused = log.refused("pool", "r1")
    log.asks("pool", "r1b")
    log.say("capacity.place-refused.v1", after=120, **refused.data)

    assert kinds(log.records) == {"request-unanswered"}


def test_a_waiting_leg_that_is_refused_keeps_waiting() -> None:
    log = History()
    log.of_leg("wait-listed")
    log.message("you-are-waiting")
    log.asks("pool", "r1")
    log.refused("pool", "r1")

    assert lost(log.records) == []


@pytest.mark.parametrize("ending", ["declined", "lapsed"])
def test_a_no_or_a_lapse_after_which_nothing_happens_is_lost(ending: str) -> None:
    log = History()
    log.asks("pool", "r1")
    log.held("pool", "r1", 1)
    log.of_request("offered", "pool", "r1")
    log.message("new-offer", "org-1")
    log.of_request(ending, "pool", "r1")
    log.of_request("place-given-up", "pool", "r1")
    log.freed("pool", "r1", 1)
    before = kinds(log.records)
    log.of_leg("wait-listed")
    log.message("you-are-waiting")

    assert before == {f"nothing-after-{ending}"}
    assert lost(log.records) == []


def test_waiting_long_before_a_decline_is_no_next_step() -> None:
    log = History()
    log.of_leg("wait-listed")
    log.message("you-are-waiting")
    log.asks("pool", "r1")
    log.held("pool", "r1", 1)
    log.of_request("offered", "pool", "r1")
    log.message("new-offer", "org-1")
    log.say("capacity.signal-changed.v1", pool_id="pool", version=1, status="open", free=1, after=60)
    log.of_request("declined", "pool", "r1")

    assert kinds(log.records) == {"nothing-after-declined"}


@pytest.mark.parametrize("word", ["place-given-up", "place-ended"])
def test_a_place_that_is_not_given_back_is_lost(word: str) -> None:
    log = whole_journey()
    log.of_request(word, "pool", "r1")
    before = kinds(log.records)
    log.freed("pool", "r1", 1)

    assert before == {"place-not-freed"}
    assert lost(log.records) == []


def test_a_hold_that_only_the_back_stop_ended_is_lost() -> None:
    log = whole_journey()
    log.freed("pool", "r1", 1, reason="expired")

    assert kinds(log.records) == {"hold-forgotten"}


def test_a_confirmation_of_a_hold_that_was_gone_has_its_answer() -> None:
    log = History()
    log.of_request("place-confirmed", "pool", "r1")
    log.refused("pool", "r1", "hold-gone")
    log.of_leg("wait-listed")
    log.message("you-are-waiting")

    assert lost(log.records) == []


def test_one_message_for_two_facts_is_one_too_few() -> None:
    log = whole_journey()
    log.of_leg("wait-listed", "leg-1")
    log.of_leg("wait-listed", "leg-1")
    log.message("you-are-waiting")

    assert [fault.kind for fault in lost(log.records)] == ["no-message-you-are-waiting"]


def test_a_message_delivered_twice_is_found_and_covers_one_fact_only() -> None:
    log = whole_journey()
    log.of_leg("wait-listed", "leg-1")
    log.of_leg("wait-listed", "leg-1")
    log.message("you-are-waiting", message="m1")
    log.message("you-are-waiting", message="m1")

    findings = check(log.records)

    assert [fault.about for fault in findings.repeated] == ["m1"]
    assert len(findings.lost) == 1
    assert not findings.clean


def test_who_asks_for_a_person_and_gets_no_message_is_missed() -> None:
    log = whole_journey()
    log.of_request("contact-asked", "pool", "r1")
    before = kinds(log.records)
    log.message("how-to-reach-them", "org-1")

    assert before == {"no-message-how-to-reach-them"}
    assert lost(log.records) == []


def test_a_group_that_is_not_told_of_a_withdrawal_is_missed() -> None:
    log = whole_journey()
    log.of_leg("withdrawn")
    nobody_to_tell = kinds(log.records)
    log.of_request("withdrawn", "pool", "r1")
    before = kinds(log.records)
    log.message("no-longer-wanted", "org-1")

    assert nobody_to_tell == set()
    assert before == {"no-message-no-longer-wanted"}
    assert lost(log.records) == []


@pytest.mark.parametrize(
    ("fact", "template"),
    [
        ("accepted", "they-have-a-place"),
        ("need-unmet", "we-found-nothing-for-them"),
        ("withdrawn", "they-have-stopped"),
        ("completed", "they-have-finished"),
    ],
)
def test_who_referred_somebody_and_is_not_told_is_missed(fact: str, template: str) -> None:
    log = whole_journey()
    log.of_leg(fact, referrer_id="surgery")
    before = kinds(log.records)
    log.message(template, "surgery")

    assert f"no-message-{template}" in before
    assert f"no-message-{template}" not in kinds(log.records)

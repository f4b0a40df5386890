"""At the end of the day: does the summary say what was done, to the number?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from deploy.demo import mail_check
from deploy.demo.account import Account, Answered, Difference, differences, paired
from deploy.demo.arrivals import Referred, read_referrals
from deploy.demo.log_records import LogRecord, each_once, of_type
from deploy.demo.outside_client import Mail, OutsideClient

MEASURE = "outcomes.measure-recorded.v1"


async def read_summary(client: OutsideClient) -> dict[str, Any]:
    found: dict[str, Any] = await client.call("demo-commissioner", "GET", "/outcomes/api/summary")
    return found


async def count_people(
    client: OutsideClient, referred: Sequence[Referred], account: Account, began: datetime
) -> None:
    """Where everybody stands: by what the GP's system can read, and by the messages that people got."""
    waited = waiting = unmet = 0
    legs = [leg for referral in await read_referrals(client, referred) for leg in referral["legs"]]
    for leg in legs:
        waited += any(step["to_state"] == "waiting" for step in leg["history"])
        waiting += leg["state"] == "waiting"
        unmet += leg["state"] == "unmet"
    count_for_referrers(account, legs)
    mails = await client.mails(since=began)
    for each in referred:
        if each.referral_id is None:
            got = mail_check.subjects_to(mails, each.person.email)
            waited += mail_check.WAITING in got
            waiting += mail_check.WAITING in got and mail_check.PLACE not in got
            unmet += mail_check.NOTHING_YET in got
    for act, number in (("waited", waited), ("waiting_now", waiting), ("unmet", unmet)):
        account.set_total(act, number)


def count_for_referrers(account: Account, legs: Sequence[Mapping[str, Any]]) -> None:
    """What those who referred somebody have to hear: of each need once that it has a place, and how it ended."""
    for act in mail_check.TO_REFERRERS:
        placed = [
            leg
            for leg in legs
            if any(
                step["from_state"] == "accepting" and step["to_state"] == "accepted"
                for step in leg["history"]
            )
        ]
        number = len(placed) if act == "placed" else sum(leg["state"] == act for leg in legs)
        account.set_total(_for_referrers(act), number)


def _for_referrers(act: str) -> str:
    return f"{act}, of those whom somebody referred"


def count_answers(account: Account, answered: list[Answered]) -> None:
    change = paired(answered)
    account.set_total("paired_people", len(change.changes))
    account.set_total("missing_follow_up", change.missing)


def compare(
    before: dict[str, Any], after: dict[str, Any], account: Account, answered: list[Answered]
) -> list[Difference]:
    """Without earlier answers in the system the mean must be ours, to the last digit."""
    found = differences(before, after, account)
    if not before["all"]["paired_people"] and not before["all"]["missing_follow_up"]:
        found += _mean_difference(paired(answered).mean, after)
    return found


def compare_with_log(records: Sequence[LogRecord], summary: dict[str, Any]) -> list[Difference]:
    """The mean over everybody who ever answered, worked out from the log alone."""
    measures = sorted(
        of_type(each_once(records), MEASURE), key=lambda each: (each["recorded_at"], Decimal(each["score"]))
    )
    change = paired(
        [Answered(each["person_id"], each["occasion"], Decimal(each["score"])) for each in measures]
    )
    return _mean_difference(change.mean, summary)


def _mean_difference(mean: Decimal | None, summary: dict[str, Any]) -> list[Difference]:
    found = summary["all"]["mean_paired_change"]
    said = Decimal(found) if found is not None else None
    return [] if said == mean else [Difference("all", "mean_paired_change", mean, said)]


def wrong_mails(
    mails: Sequence[Mail], referred: Sequence[Referred], account: Account, *, offers: int, asked: int
) -> list[str]:
    expected = {
        mail_check.RECEIVED: account.total("referred"),
        mail_check.OFFER: offers,
        mail_check.PLACE: account.total("placed"),
        mail_check.TAKEN: account.total("placed"),
        mail_check.NOTHING_YET: account.total("unmet"),
        mail_check.HOW_ARE_YOU: asked,
    } | {subject: account.total(_for_referrers(act)) for act, subject in mail_check.TO_REFERRERS.items()}
    return mail_check.wrong_mails(mails, [each.person for each in referred], expected)

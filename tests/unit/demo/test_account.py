"""The summary is held against what was done: any figure that is off by one is named."""

from decimal import Decimal
from typing import Any

from deploy.demo.account import COUNTED, Account, Answered, differences, paired
from deploy.demo.mail_check import RECEIVED, wrong_mails
from deploy.demo.outside_client import Mail
from deploy.demo.people import Invented
from tests.unit.demo.histories import BEGAN

EALING, HACKNEY = "E09000009", "E09000012"


def figures(area: str | None, **counts: int) -> dict[str, Any]:
    doors = {"gp": counts.pop("gp", 0), "self": counts.pop("self", 0)}
    return {"area": area, **dict.fromkeys(COUNTED, 0), **counts, "referred_by_door": doors}


def summary(ealing: dict[str, int], hackney: dict[str, int]) -> dict[str, Any]:
    every = {name: ealing.get(name, 0) + hackney.get(name, 0) for name in {*ealing, *hackney}}
    return {
        "all": figures(None, **every),
        "boroughs": [figures(EALING, **ealing), figures(HACKNEY, **hackney)],
    }


def test_the_summary_of_an_earlier_day_is_taken_off() -> None:
    account = Account()
    account.did("referred", EALING, 2)
    account.did("referred by gp", EALING, 2)
    account.did("needs", EALING, 3)
    account.set_total("waited", 1)
    before = summary({"referred": 5, "needs": 5, "gp": 5}, {"referred": 1, "needs": 1, "self": 1})
    after = summary({"referred": 7, "needs": 8, "gp": 7, "waited": 1}, {"referred": 1, "needs": 1, "self": 1})

    assert differences(before, after, account) == []


def test_one_too_few_is_named_for_all_and_for_its_borough() -> None:
    account = Account()
    account.did("placed", HACKNEY)

    found = differences(summary({}, {}), summary({}, {}), account)

    assert [(each.area, each.figure, each.expected, each.found) for each in found] == [
        ("all", "placed", 1, 0),
        (HACKNEY, "placed", 1, 0),
    ]


def test_the_right_number_in_the_wrong_borough_is_named() -> None:
    account = Account()
    account.did("placed", HACKNEY)

    found = differences(summary({}, {}), summary({"placed": 1}, {}), account)

    assert [(each.area, each.found) for each in found] == [(EALING, 1), (HACKNEY, 0)]


def test_change_is_each_persons_latest_after_less_the_earliest_before() -> None:
    answers = [("a", "before", "20"), ("a", "before", "35"), ("a", "after", "22"), ("a", "after", "25.03"),
               ("b", "before", "21.54"), ("c", "after", "30")]  # fmt: skip
    change = paired([Answered(person, occasion, Decimal(score)) for person, occasion, score in answers])

    assert (change.changes, change.missing, change.mean) == ({"a": Decimal("5.03")}, 1, Decimal("5.03"))


def test_the_mean_of_nobody_is_none() -> None:
    assert paired([]).mean is None


def mail(to: str, subject: str, times_received: int = 1) -> Mail:
    return Mail(to + subject, to, subject, "", (), times_received, BEGAN)


def test_a_message_that_came_twice_or_not_at_all_is_named_without_the_person() -> None:
    invented = Invented(seed=1, run="r")
    people = [invented.someone(door="gp", area=EALING, needs=["housing"]) for _ in range(2)]

    wrong = wrong_mails([mail(people[0].email, RECEIVED, times_received=2)], people, {RECEIVED: 2})

    assert wrong == [
        f"1 messages '{RECEIVED}', 2 expected",
        "1 messages came more than once",
        f"1 people did not get '{RECEIVED}' exactly once",
    ]

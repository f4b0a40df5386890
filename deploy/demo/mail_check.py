"""Did every message come, each once?"""

from collections import Counter
from collections.abc import Iterable, Sequence

from deploy.demo.outside_client import Mail
from deploy.demo.people import Person

RECEIVED = "We have your referral"
PLACE = "You have a place"
WAITING = "You are on the waiting list"
NOTHING_YET = "News about your referral"
TAKEN = "The place is taken"
OFFER = "Someone would like a place with you"
HOW_ARE_YOU = "How are you?"
TO_REFERRERS = {
    "placed": "A place for somebody you referred",
    "unmet": "Nothing found for somebody you referred",
    "withdrawn": "Somebody you referred has stopped",
    "completed": "Somebody you referred has finished",
}


def wrong_mails(mails: Sequence[Mail], people: Iterable[Person], expected: dict[str, int]) -> list[str]:
    """What is missing, too many or came twice, in words. Names subjects and numbers, never a person."""
    found = Counter(mail.subject for mail in mails)
    wrong = [
        f"{found[subject]} messages '{subject}', {number} expected"
        for subject, number in expected.items()
        if found[subject] != number
    ]
    again = sum(mail.times_received > 1 for mail in mails)
    if again:
        wrong.append(f"{again} messages came more than once")
    received = Counter(mail.to for mail in mails if mail.subject == RECEIVED)
    not_once = sum(received[person.email] != 1 for person in people)
    if not_once:
        wrong.append(f"{not_once} people did not get '{RECEIVED}' exactly once")
    return wrong


def subjects_to(mails: Iterable[Mail], address: str) -> set[str]:
    return {mail.subject for mail in mails if mail.to == address}

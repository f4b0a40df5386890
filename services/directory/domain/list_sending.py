"""Sending a list that was given: how long an address may wait for its mail, how many go out, and what is an address."""

import re
from datetime import timedelta

# Less than a day with the pause between two looks at what is too old.
ADDRESS_LIVES = timedelta(hours=23, minutes=50)
MOST_MAILS_OF_A_LIST = 5
MOST_MAILS_OF_A_MEMBER = 50
MEMBER_COUNTED_OVER = timedelta(days=1)
LONGEST_ADDRESS = 254  # characters (RFC 5321)
ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)


class TooManyMails(Exception):
    """As many mails have gone out of this list, or by this member in a day, as we send."""


def is_address(text: str) -> bool:
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None

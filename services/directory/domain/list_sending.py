"""Sending a list that was given: how long an address may wait for its mail, how many go out, and what is an address."""

import hashlib
import hmac
import re
from datetime import timedelta

# Less than a day with the pause between two looks at what is too old.
ADDRESS_LIVES = timedelta(hours=23, minutes=50)
MOST_MAILS_OF_A_LIST = 5
MOST_MAILS_OF_A_MEMBER = 50
MOST_MAILS_OF_AN_ADDRESS = 5  # whoever sends them: nobody's inbox is filled by people who take turns
MEMBER_COUNTED_OVER = timedelta(days=1)
LONGEST_ADDRESS = 254  # characters (RFC 5321)
ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)


class TooManyMails(Exception):
    """As many mails have gone out of this list, or by this member or to this address in a day, as we send."""


def is_address(text: str) -> bool:
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None


def address_mark(key: bytes, address: str) -> bytes:
    """Equal for mails that come to one inbox; whoever lacks the key cannot try addresses against it."""
    local, _, host = address.lower().partition("@")
    inbox = f"{local.partition('+')[0]}@{host}"
    return hmac.new(key, b"kith.list-address." + inbox.encode(), hashlib.sha256).digest()[:16]

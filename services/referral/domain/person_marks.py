"""By what somebody who is referred again is known again: an NHS number, or an address together with the day of birth."""

import re
from collections.abc import Iterator
from datetime import date

NOT_A_DIGIT = re.compile(r"\D+")
UNITED_KINGDOM = "44"


def identities(
    area: str, date_of_birth: date, *, nhs_number: str | None, email: str | None, phone: str | None
) -> tuple[bytes, ...]:
    """What two referrals of one person in an area have in common, to be hashed under a key and kept no other way.

    An address alone is not enough: couples, parents and hostels share one.
    """
    return tuple(f"{area} {said}".encode() for said in _said(date_of_birth, nhs_number, email, phone))


def _said(date_of_birth: date, nhs_number: str | None, email: str | None, phone: str | None) -> Iterator[str]:
    if nhs_number:
        yield f"nhs-number {NOT_A_DIGIT.sub('', nhs_number)}"
    if email:
        yield f"email {email.strip().casefold()} {date_of_birth}"
    if phone:
        yield f"phone {_national(phone)} {date_of_birth}"


def _national(phone: str) -> str:
    """One way to write each number: 07700 900123 and +44 7700 900123 are the same."""
    digits = NOT_A_DIGIT.sub("", phone).removeprefix("00")
    return digits.removeprefix(UNITED_KINGDOM).lstrip("0")

"""An address that is taken is one that a message can be sent to."""

import pytest
from pydantic import TypeAdapter, ValidationError

from services.notify.outbound.mail_text import ADDRESS
from services.referral.entrypoints.http_schemas import Email

EMAIL: TypeAdapter[str] = TypeAdapter(Email)


@pytest.mark.parametrize("given", ["a@example.org", "mary.o'neil+help@mail.north-east.example", " a@b.cd "])
def test_usual_addresses_are_taken_and_can_be_written_to(given: str) -> None:
    assert ADDRESS.fullmatch(EMAIL.validate_python(given))


@pytest.mark.parametrize(
    "given", ['"a\x7f@b.c', "zoë@example.org", "a@b", "a@b..c", "a@-b.c", "a@b.c-", "a b@c.d", "a@b.c\nx"]
)
def test_what_cannot_be_written_to_is_refused_while_the_person_is_there(given: str) -> None:
    with pytest.raises(ValidationError):
        EMAIL.validate_python(given)

"""Nobody's data gets into a log line."""

import errno
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.messaging.failures import PoisonMessage, RetryableFailure
from shared.service_defaults.redaction import redact, redact_text
from shared.service_defaults.safe_tracebacks import describe
from shared.service_defaults.structured_logging import redact_fields


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("patient 999 123 4567 seen", "patient [nhs-number] seen"),
        ("patient 999-123-4567", "patient [nhs-number]"),
        ("9991234567", "[nhs-number]"),
        ("call 07700 900123 now", "call [phone] now"),
        ("call +44 20 7946 0123", "call [phone]"),
        ("to ann.lee+x@example.org,", "to [email],"),
        ("lives in E8 3GZ.", "lives in [postcode]."),
        ("lives in sw1a1aa", "lives in [postcode]"),
        ("Authorization: Bearer abc.def", "Authorization: [credential]"),
        ("postgresql://referral:pass@127.0.0.1/x", "postgresql://[credential]@127.0.0.1/x"),
        (f"/offer/{'a' * 60}.{'b' * 43}", "/offer/[link-token]"),
    ],
)
@pytest.mark.asvs("V16.2.5")
def test_what_looks_like_personal_data_or_a_secret_is_replaced(text: str, kept: str) -> None:
    assert redact_text(text) == kept


@given(st.integers(min_value=0, max_value=2**128 - 1))
def test_ids_stay_readable(number: int) -> None:
    uuid = UUID(int=number)

    assert redact_text(f"referral {uuid} held") == f"referral {uuid} held"


@pytest.mark.parametrize(
    "text",
    [
        "referral.referrals.v1",
        "E09000012",
        "2026-11-22T03:08:24.382821Z",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "offset 123456789 of partition 3",
        "shared.service_defaults.structured_logging",
        "127.0.0.1:9092",
        "019e4d1f-6a3c-7c1e-9b1a-3f0c5d2e8a47",
    ],
)
def test_what_operators_need_stays(text: str) -> None:
    assert redact_text(text) == text


def test_values_inside_values_are_redacted() -> None:
    value = {"list": ["a@b.org", 9991234567, 12, None, True], "map": {"x": "E8 3GZ"}}

    assert redact(value) == {"list": ["[email]", "[nhs-number]", 12, None, True], "map": {"x": "[postcode]"}}


@pytest.mark.asvs("V16.2.5")
def test_any_field_of_a_log_line_is_redacted() -> None:
    line = redact_fields(None, "info", {"event": "x", "surprise": "ann@example.org", "trace_id": "0" * 32})

    assert line == {"event": "x", "surprise": "[email]", "trace_id": "0" * 32}


class Person(BaseModel):
    age: int


def test_traceback_of_a_validation_error_does_not_repeat_the_value() -> None:
    try:
        Person.model_validate({"age": "Winston Smith"})
    except ValidationError as error:
        told = describe(error)

    assert "Winston" not in told
    assert "age int_parsing" in told


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def test_traceback_of_a_validation_error_does_not_repeat_a_field_that_the_sender_named() -> None:
    with pytest.raises(ValidationError) as raised:
        Strict.model_validate({"Winston Smith": 1})

    assert "Winston" not in describe(raised.value)
    assert "? extra_forbidden" in describe(raised.value)


@pytest.mark.parametrize("failure", [ValueError, KeyError, RuntimeError, RetryableFailure, OSError])
def test_what_an_error_says_in_words_is_left_out(failure: type[Exception]) -> None:
    with pytest.raises(failure) as raised:
        raise failure("Winston Smith of Airstrip One")

    told = describe(raised.value)
    assert "Winston" not in told
    assert told.startswith(failure.__name__)
    assert "test_redaction.py" in told


def test_reason_code_is_told() -> None:
    assert describe(PoisonMessage("no-area")).startswith("PoisonMessage: no-area")


def test_traceback_tells_kind_place_and_cause() -> None:
    try:
        try:
            {"leg": 1}["pool"]
        except KeyError as cause:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "no") from cause
    except ConnectionRefusedError as error:
        told = describe(error)

    assert told.startswith("ConnectionRefusedError: ECONNREFUSED\n")
    assert "because of KeyError\n" in told
    assert "test_redaction.py" in told

"""When a failed event is tried again."""

from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.consumer_pipeline import classify
from shared.messaging.deferred_events import Status, headers_from_json, headers_to_json
from shared.messaging.failures import IgnorableEvent, PoisonMessage, RetryableFailure
from shared.messaging.retry_policy import ATTEMPTS, LONGEST_PAUSE, pause_before


def test_pauses_grow_up_to_a_limit_and_end() -> None:
    pauses = [pause_before(attempt) for attempt in range(1, ATTEMPTS + 1)]
    seconds = [pause.total_seconds() for pause in pauses if pause]
    assert len(seconds) == ATTEMPTS
    assert seconds == sorted(seconds)
    assert seconds[-1] <= LONGEST_PAUSE
    assert pause_before(ATTEMPTS + 1) is None


def test_each_failure_has_one_meaning() -> None:
    assert classify(IgnorableEvent("not-ours"), 1) == (None, "not-ours")
    assert classify(PoisonMessage("never"), 1) == (Status.DEAD, "never")
    assert classify(RetryableFailure("busy"), 1) == (Status.RETRY, "busy")
    assert classify(RetryableFailure("busy"), ATTEMPTS + 1) == (Status.DEAD, "busy")


def test_bug_is_retried_and_its_text_is_kept_out() -> None:
    """The text of an unexpected error may hold data."""
    assert classify(ValueError("Amina, 07700 900123"), 1) == (Status.RETRY, "bug: ValueError")


@given(st.dictionaries(st.text(min_size=1).filter(lambda name: "\0" not in name), st.binary()))
def test_headers_come_back_as_they_were(headers: dict[str, bytes]) -> None:
    stored = headers_to_json(headers)
    assert "\\u0000" not in stored
    assert headers_from_json(stored) == headers

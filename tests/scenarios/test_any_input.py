"""Any input that the API documents allow to be written down, and much that they do not, gets an answer in words."""

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

CLIENT_OF = {
    "referral": "DEMO_GP",
    "capacity": "DEMO_PROVIDER",
    "outcomes": "DEMO_COMMISSIONER",
    "directory": "DEMO_OPERATOR",
    "notify": "DEMO_OPERATOR",
}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("service", CLIENT_OF)
def test_no_input_breaks_a_service(service: str) -> None:
    """Valid and broken requests are made from the OpenAPI document: never a 5xx, whatever is sent."""
    url = os.environ["KITH_TEST_URL"]
    key = os.environ[f"KITH_API_KEY_{CLIENT_OF[service]}"]
    document: Any = schemathesis.openapi.from_url(f"{url}/{service}/openapi.json")
    document.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    operations = [each.ok() for each in document.get_all_operations()]
    assert operations
    for operation in operations:
        _try(operation, key)


def _try(operation: Any, key: str) -> None:
    @settings(
        max_examples=10,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(case=operation.as_strategy())
    def answers(case: Any) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code < 500, f"{case.method} {case.path}: {answer.status_code}"

    answers()

"""Any input that the API documents allow to be written down, and much that they do not, gets an answer in words."""

import os
from typing import Any

import httpx
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
    token = _token(url, os.environ[f"KITH_CLIENT_{CLIENT_OF[service]}"])
    document: Any = schemathesis.openapi.from_url(f"{url}/{service}/openapi.json")
    document.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    operations = [each.ok() for each in document.get_all_operations()]
    assert operations
    for operation in operations:
        _try(operation, token)


def _token(url: str, credentials: str) -> str:
    client_id, _, secret = credentials.partition(":")
    asked = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    answer = httpx.post(f"{url}/directory/token", data=asked).raise_for_status()
    return str(answer.json()["access_token"])


def _try(operation: Any, token: str) -> None:
    @settings(
        max_examples=10,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(case=operation.as_strategy())
    def answers(case: Any) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code < 500, f"{case.method} {case.path}: {answer.status_code}"

    answers()

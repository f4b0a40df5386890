"""A safeguard is never off in earnest."""

import pytest
from pydantic import SecretStr, ValidationError

from services.capacity.domain.safeguards import Safeguards, safeguards_without
from services.capacity.settings import CapacitySettings


def settings(**others: object) -> CapacitySettings:
    return CapacitySettings(
        postgres_dsn=SecretStr("postgresql://nowhere"),
        kafka_bootstrap_servers="127.0.0.1:9",
        http_port=0,
        public_url="http://localhost:8080",
        link_signing_key=SecretStr("signing-key-for-tests"),
        internal_key=SecretStr("internal-key-for-tests"),
        **others,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("broken", ["double-grant", "late-hold", "drop-event"])
def test_a_broken_safeguard_outside_demo_mode_stops_the_start(broken: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(break_safeguard=broken)
    assert refused.value.errors()[0]["loc"] == ("break_safeguard",)

    allowed = settings(break_safeguard=broken, demo_mode=True)
    assert safeguards_without(allowed.break_safeguard) != Safeguards()


def test_all_safeguards_are_on_without_a_word() -> None:
    for nothing in (None, ""):
        assert (
            safeguards_without(settings(break_safeguard=nothing, demo_mode=True).break_safeguard)
            == Safeguards()
        )


def test_a_safeguard_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError):
        settings(break_safeguard="grant-all", demo_mode=True)

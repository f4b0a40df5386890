"""What is published of the keys that sign heads, and what is taken for such keys."""

import json
from typing import Any

import pytest
from pydantic import SecretStr

from services.referral.domain.audit_heads import HeadReader, HeadSigner, public_halves
from services.referral.domain.audit_public_keys import as_key_set, keys_of_set
from services.referral.settings import ReferralSettings
from tests.unit.referral.test_audit_chain import SEEDS

ONE: dict[str, Any] = as_key_set(public_halves(SEEDS))["keys"][0]


def test_what_is_published_checks_what_was_signed_and_holds_no_seed() -> None:
    published = json.dumps(as_key_set(public_halves(SEEDS)))
    reader = HeadReader(keys_of_set(json.loads(published)))

    assert reader.is_ours("new", b"said", HeadSigner(SEEDS).sign(b"said"))
    assert not any(seed.hex() in published for seed in SEEDS.values())
    assert set(ONE) == {"kty", "crv", "use", "kid", "x"}


@pytest.mark.parametrize(
    "document",
    [
        None, [], {}, {"keys": "none"}, {"keys": ["a key"]}, {"keys": [ONE, ONE]},
        {"keys": [ONE | {"d": ONE["x"]}]}, {"keys": [ONE | {"kty": "EC"}]}, {"keys": [ONE | {"crv": "X25519"}]},
        {"keys": [ONE | {"kid": ""}]}, {"keys": [ONE | {"kid": 1}]}, {"keys": [ONE | {"x": "AAAA"}]},
        {"keys": [ONE | {"x": "no base64!"}]}, {"keys": [ONE | {"x": 1}]},
    ],
)  # fmt: skip
def test_what_is_no_set_of_public_keys_is_refused(document: object) -> None:
    with pytest.raises(ValueError, match=r"key|base64"):
        keys_of_set(document)


def settings(**changed: Any) -> ReferralSettings:
    plain: dict[str, Any] = {
        "postgres_dsn": SecretStr("postgresql://nobody@127.0.0.1:9/nothing"), "kafka_bootstrap_servers": "127.0.0.1:9",
        "http_port": 0, "public_url": "http://localhost", "link_signing_key": SecretStr("a key that is long enough"),
        "internal_key": SecretStr("a key that is long enough"), "key_encryption_keys": {"one": SecretStr("M" * 43 + "=")},
        "capacity_url": "http://127.0.0.1:9", "notify_url": "http://127.0.0.1:9", "outcomes_url": "http://127.0.0.1:9",
        "audit_wrapping_keys": {"one": SecretStr("11" * 32)}, "audit_signing_keys": {"new": SecretStr("22" * 32)},
    }  # fmt: skip
    return ReferralSettings(**{**plain, **changed})


def test_a_seed_may_be_thrown_away_when_its_public_half_is_kept() -> None:
    old = public_halves({"old": SEEDS["old"]})

    kept = settings(audit_retired_keys=as_key_set(old)).audit_public_keys

    assert list(kept) == ["new", "old"]
    assert kept["old"] == old["old"]


def test_a_retired_key_cannot_take_the_name_of_one_in_use() -> None:
    with pytest.raises(ValueError, match="retired"):
        settings(audit_retired_keys=as_key_set(public_halves({"new": SEEDS["old"]})))
    with pytest.raises(ValueError, match="key"):
        settings(audit_retired_keys={"keys": [{"kid": "x"}]})

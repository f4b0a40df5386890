"""What referral is told by its environment, variables `REFERRAL_*`."""

from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from services.referral.domain.audit_heads import public_halves
from services.referral.domain.audit_public_keys import keys_of_set
from shared.security.sealing import key_ring_of
from shared.service_defaults.addresses import Address
from shared.service_defaults.settings import EnvironmentSettings, ServiceSettings

KeyName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
KEY_BYTES = 32


class ReferralSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="REFERRAL_", frozen=True)

    # Of working days. An offer must end before capacity takes back a place that nobody confirmed: 15 days at the least.
    offer_answer_hours: int = Field(default=72, ge=1, le=24 * 14)
    lapse_check_seconds: float = Field(default=1.0, gt=0, le=3600)
    back_stop_seconds: float = Field(default=3.0, gt=0, le=3600)
    capacity_answer_seconds: float = Field(default=120.0, gt=0, le=86_400)
    overdue_check_seconds: float = Field(default=5.0, gt=0, le=3600)
    vain_wait_check_seconds: float = Field(default=60.0, gt=0, le=86_400)
    escalation_check_seconds: float = Field(default=10.0, gt=0, le=240)
    key_encryption_keys: dict[str, SecretStr]
    """Names and keys (32 bytes in Base64) that wrap people's own keys: the first wraps, the others still open."""
    erasure_answer_minutes: int = Field(default=60, ge=1, le=30 * 24 * 60)
    capacity_url: Address
    notify_url: Address
    outcomes_url: Address
    link_days: int = Field(default=180, ge=1, le=730)
    audit_wrapping_keys: dict[KeyName, SecretStr] = Field(min_length=1, repr=False)
    """Keys of 32 bytes in hex, by name. The first wraps the keys of the audit trail; the others still unwrap."""
    audit_signing_keys: dict[KeyName, SecretStr] = Field(min_length=1, repr=False)
    """Ed25519 seeds of 32 bytes in hex, by name. The first signs heads; the others are still believed."""
    audit_retired_keys: dict[str, Any] = Field(default_factory=lambda: {"keys": []})
    """Public keys whose seeds are gone, as a JSON Web Key Set; what they signed is still believed."""
    audit_seal_seconds: float = Field(default=1.0, gt=0, le=5)

    @field_validator("audit_wrapping_keys", "audit_signing_keys")
    @classmethod
    def _are_keys(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        if any(len(bytes.fromhex(each.get_secret_value())) != KEY_BYTES for each in value.values()):
            raise ValueError("each key is 32 bytes in hex")
        return value

    @model_validator(mode="after")
    def _tell_keys_apart(self) -> Self:
        if self.audit_signing_keys.keys() & keys_of_set(self.audit_retired_keys).keys():
            raise ValueError("a retired audit key has the name of one in use")
        return self

    @field_validator("key_encryption_keys")
    @classmethod
    def _make_a_ring(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        key_ring_of(value)
        return value

    @property
    def audit_public_keys(self) -> dict[str, bytes]:
        """By which everybody can check what was ever signed."""
        return public_halves(key_bytes(self.audit_signing_keys)) | keys_of_set(self.audit_retired_keys)

    @property
    def offer_answer_time(self) -> timedelta:
        return timedelta(hours=self.offer_answer_hours)

    @property
    def capacity_answer_time(self) -> timedelta:
        return timedelta(seconds=self.capacity_answer_seconds)

    @property
    def erasure_answer_time(self) -> timedelta:
        return timedelta(minutes=self.erasure_answer_minutes)

    @property
    def held_urls(self) -> dict[str, str]:
        """Who else holds something on people."""
        return {"capacity": self.capacity_url, "notify": self.notify_url, "outcomes": self.outcomes_url}

    @property
    def addresses_asked(self) -> tuple[str, ...]:
        return tuple(self.held_urls.values())

    @property
    def link_time(self) -> timedelta:
        return timedelta(days=self.link_days)


class AuditCheckSettings(EnvironmentSettings):
    """What the check of the audit trail is told: where to read, and no key at all."""

    model_config = SettingsConfigDict(
        env_prefix="REFERRAL_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    postgres_dsn: SecretStr
    kafka_bootstrap_servers: str = Field(min_length=3)
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=0, ge=0, le=65535)

    @property
    def service_address(self) -> str:
        """The service on this machine, wherever it listens."""
        host = "127.0.0.1" if self.http_host in {"0.0.0.0", "::"} else self.http_host  # noqa: S104
        return f"http://{host}:{self.http_port}"


def key_bytes(keys: dict[str, SecretStr]) -> dict[str, bytes]:
    """The keys of a setting, in its order."""
    return {name: bytes.fromhex(key.get_secret_value()) for name, key in keys.items()}

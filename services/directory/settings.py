"""The directory's settings: what every service has, under DIRECTORY_, and how people and systems sign in."""

from pathlib import Path
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from shared.places.pack import MANIFEST
from shared.security.access_tokens import NO_KEYS, keys_of, public_keys
from shared.security.sealing import key_ring_of
from shared.service_defaults.addresses import Address
from shared.service_defaults.settings import ServiceSettings


class DemoClient(BaseModel):
    """A system of the demonstration: the SHA-256 of its secret, never the secret itself, and what it may do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    scopes: frozenset[str]


class DirectorySettings(ServiceSettings):
    model_config = SettingsConfigDict(
        env_prefix="DIRECTORY_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    token_signing_keys: dict[str, Any] = Field(default_factory=lambda: dict(NO_KEYS), repr=False)
    """A JSON Web Key Set with private keys; the first signs."""
    demo_sign_in: bool = False
    demo_clients: dict[str, DemoClient] = Field(default_factory=dict)
    feeds_from_private_networks: bool = False
    """Whether sources may have addresses inside the network that this runs in."""
    key_encryption_keys: dict[str, SecretStr] = Field(default_factory=dict)
    """Names and keys (32 bytes in Base64) that seal the addresses of mailed lists; without any, no list is mailed."""
    oidc_issuer: Address | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_client_key: dict[str, Any] | None = Field(default=None, repr=False)
    """A private JSON Web Key, where the provider wants private_key_jwt and no secret."""
    oidc_provider_name: str = "your work account"
    oidc_scopes: str = "openid"
    oidc_subject_claim: str = "sub"
    oidc_strength_claim: str = Field(default="acr", min_length=1)
    oidc_strengths: Annotated[frozenset[str], NoDecode] = frozenset()
    """What the claim says of a sign-in with a second factor; any one of these will do, and nothing else."""

    @property
    def addresses_asked(self) -> tuple[str, ...]:
        return (self.oidc_issuer,) if self.oidc_issuer else ()

    places: Path | None = None
    """The folder of a pack of places (`deploy/places`); without one, London's."""

    @field_validator(
        "places", "oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_client_key", mode="before"
    )
    @classmethod
    def _empty_is_not_set(cls, value: object) -> object:
        return value or None

    @field_validator("key_encryption_keys")
    @classmethod
    def _make_a_ring(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        if value:
            key_ring_of(value)
        return value

    @field_validator("oidc_strengths", mode="before")
    @classmethod
    def _strengths_with_commas_between(cls, value: object) -> object:
        return {each.strip() for each in value.split(",")} - {""} if isinstance(value, str) else value

    @field_validator("places")
    @classmethod
    def _is_a_pack(cls, value: Path | None) -> Path | None:
        if value is not None and not (value / MANIFEST).is_file():
            raise ValueError("this folder holds no pack of places")
        return value

    @field_validator("token_signing_keys")
    @classmethod
    def _are_private_keys(cls, value: dict[str, Any]) -> dict[str, Any]:
        keys_of(value, private=True)
        return value

    @model_validator(mode="after")
    def _sign_in_is_safe(self) -> Self:
        if self.demo_sign_in and not self.demo_mode:
            raise ValueError("the demonstration's sign-in is for demo mode alone")
        if self.demo_clients and not self.demo_mode:
            raise ValueError("the demonstration's systems are for demo mode alone")
        if self.oidc_issuer and not (
            self.oidc_client_id and (self.oidc_client_secret or self.oidc_client_key)
        ):
            raise ValueError("a provider needs a client id and a secret or a key")
        if self.oidc_issuer and not self.demo_mode and self.oidc_issuer.startswith("http://"):
            raise ValueError("outside demo mode a provider is asked over https alone")
        if self.oidc_issuer and not self.demo_mode and not self.oidc_strengths:
            raise ValueError("OIDC_STRENGTHS must say by which values a provider vouches for a second factor")
        if self.demo_sign_in or self.oidc_issuer:
            own = {each["kid"] for each in self.token_keys.get("keys", ())}
            signing = public_keys(self.token_signing_keys)["keys"]
            if not signing or signing[0]["kid"] not in own:
                raise ValueError("sign-in needs a signing key whose public half is in TOKEN_KEYS")
        return self

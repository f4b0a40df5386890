"""What the edge is told."""

import ipaddress
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from deploy.edge.visitors import Network


class EdgeSettings(BaseSettings):
    """EDGE_UPSTREAMS is a JSON object from path prefix to the address of who answers there.

    EDGE_TRUSTED_PROXIES are networks, with commas between: their word on who asked is taken. None unless told.
    EDGE_CERTIFICATE and EDGE_CERTIFICATE_KEY are PEM files; with them, the port speaks TLS and nothing else.
    """

    model_config = SettingsConfigDict(env_prefix="EDGE_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(ge=0, le=65535)
    upstreams: dict[str, str]
    assets_dir: Path
    otlp_endpoint: str | None = None
    public_url: str = "http://localhost"
    certificate: Path | None = None
    certificate_key: Path | None = None
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = ()

    @field_validator("certificate", "certificate_key", mode="before")
    @classmethod
    def _empty_is_not_set(cls, value: object) -> object:
        return value or None

    @model_validator(mode="after")
    def _certificate_is_whole(self) -> Self:
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("EDGE_CERTIFICATE and EDGE_CERTIFICATE_KEY go together")
        if self.certificate and not self.public_url.startswith("https://"):
            raise ValueError("with EDGE_CERTIFICATE people come by https: say so in EDGE_PUBLIC_URL")
        return self

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _are_networks(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        networks = tuple(ipaddress.ip_network(each.strip()) for each in given.split(",") if each.strip())
        if any(network.prefixlen == 0 for network in networks):
            raise ValueError("a network of everybody would let any visitor say who they are")
        return networks

    @field_validator("upstreams")
    @classmethod
    def _are_prefixes_and_origins(cls, upstreams: dict[str, str]) -> dict[str, str]:
        for prefix, address in upstreams.items():
            if not prefix.startswith("/") or not address.startswith(("http://", "https://")):
                raise ValueError("each entry is a path prefix and an http address")
        return {prefix.rstrip("/") or "/": address.rstrip("/") for prefix, address in upstreams.items()}

"""What the edge is told."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class EdgeSettings(BaseSettings):
    """EDGE_UPSTREAMS is a JSON object from path prefix to the address of who answers there."""

    model_config = SettingsConfigDict(env_prefix="EDGE_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(ge=0, le=65535)
    upstreams: dict[str, str]
    assets_dir: Path
    otlp_endpoint: str | None = None
    public_url: str = "http://localhost"

    @field_validator("upstreams")
    @classmethod
    def _are_prefixes_and_origins(cls, upstreams: dict[str, str]) -> dict[str, str]:
        for prefix, address in upstreams.items():
            if not prefix.startswith("/") or not address.startswith(("http://", "https://")):
                raise ValueError("each entry is a path prefix and an http address")
        return {prefix.rstrip("/") or "/": address.rstrip("/") for prefix, address in upstreams.items()}

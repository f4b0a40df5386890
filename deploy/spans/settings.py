"""What the span store is told."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SpanStoreSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SPANS_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(ge=0, le=65535)
    dir: Path
    traces_kept: int = Field(default=5000, ge=1)
    log_bytes: int = Field(default=64 * 1024 * 1024, ge=1024)

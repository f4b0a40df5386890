"""What the checker is told, by environment variables `CHECKER_*`."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class CheckerSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="CHECKER_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    referral_dsn: SecretStr
    capacity_dsn: SecretStr
    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    look_seconds: float = Field(default=30.0, gt=0, le=240)

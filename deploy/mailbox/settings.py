"""What the mailbox is told."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class MailboxSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MAILBOX_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    http_port: int = Field(ge=0, le=65535)
    smtp_port: int = Field(ge=0, le=65535)
    dir: Path
    messages_kept: int = Field(default=20_000, ge=1)

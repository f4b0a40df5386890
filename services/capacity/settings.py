"""Capacity's settings: what every service has, and how long signals, holds and answers may take."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from shared.service_defaults.settings import ServiceSettings

BrokenSafeguard = Literal["double-grant", "late-hold", "drop-event"]


class CapacitySettings(ServiceSettings):
    model_config = SettingsConfigDict(
        env_prefix="CAPACITY_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    signal_life_days: int = Field(default=7, ge=1, le=366)
    remind_before_days: int = Field(default=2, ge=1, le=60)
    # A back-stop behind referral's own clock, which gives an offer 14 days at the most.
    hold_life_days: int = Field(default=21, ge=15, le=366)
    settle_seconds: float = Field(default=5.0, ge=0.0, le=15.0)
    break_safeguard: BrokenSafeguard | None = Field(default=None, validate_default=False)

    @field_validator("break_safeguard", mode="before")
    @classmethod
    def _only_to_show_that_it_is_noticed(cls, value: object, info: ValidationInfo) -> object:
        if value and not info.data.get("demo_mode"):
            raise ValueError("a safeguard is switched off in demo mode alone")
        return value or None

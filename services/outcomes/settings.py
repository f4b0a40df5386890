"""The settings of outcomes: what every service has, under OUTCOMES_, and when people are asked."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.service_defaults.settings import ServiceSettings


class OutcomesSettings(ServiceSettings):
    model_config = SettingsConfigDict(
        env_prefix="OUTCOMES_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    follow_up_after_days: int = Field(default=84, ge=1, le=730)
    follow_up_lapses_after_days: int = Field(default=28, ge=1, le=365)

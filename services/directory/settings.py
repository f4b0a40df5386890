"""The directory's settings: what every service has, under DIRECTORY_."""

from pydantic_settings import SettingsConfigDict

from shared.service_defaults.settings import ServiceSettings


class DirectorySettings(ServiceSettings):
    model_config = SettingsConfigDict(
        env_prefix="DIRECTORY_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

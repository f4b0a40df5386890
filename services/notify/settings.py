"""The settings of notify: what every service has, under NOTIFY_, the mail server and who knows recipients."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.service_defaults.addresses import THIS_MACHINE, Address
from shared.service_defaults.settings import ServiceSettings


class NotifySettings(ServiceSettings):
    model_config = SettingsConfigDict(
        env_prefix="NOTIFY_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    smtp_host: str = Field(min_length=1)
    smtp_port: int = Field(ge=1, le=65535)
    referral_url: Address
    directory_url: Address
    mail_from: str = Field(default="Kith <no-reply@kith.invalid>", min_length=3)
    discreet_mail_from: str = Field(default="Messages <no-reply@kith.invalid>", min_length=3)
    """The sender of messages that must say nothing: neither who we are nor what it is about."""
    sending_at_once: int = Field(default=6, ge=1, le=50)
    sending_lease_seconds: int = Field(default=60, ge=1, le=3600)
    """After this long, a message that was being sent when a process ended is sent again."""

    @property
    def addresses_asked(self) -> tuple[str, ...]:
        return self.referral_url, self.directory_url

    @property
    def mail_needs_tls(self) -> bool:
        """Messages say where people are to go: outside a demonstration they leave this machine encrypted or not at all."""
        return not self.demo_mode and self.smtp_host not in THIS_MACHINE

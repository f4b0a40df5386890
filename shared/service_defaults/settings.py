"""Settings of a service: one frozen class, read from the environment once, at the start."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from shared.security.access_tokens import NO_KEYS, keys_of
from shared.service_defaults.addresses import (
    THIS_MACHINE,
    Address,
    host_of,
    is_encrypted_or_here,
    wire_form,
)
from shared.web.page_settings import WEATHER, PageSettings

BAD_SETTINGS_EXIT_CODE = 2
SHORTEST_SECRET = 16  # characters
LEAST_INBOX_DAYS = (
    14  # twice the time for which Kafka, by its defaults, keeps the place of a group that is away
)


class FileNotReadable(SettingsError):
    """The file that a NAME_FILE variable points to cannot be read."""


class EnvironmentSettings(BaseSettings):
    """For each variable NAME there is NAME_FILE, for secrets mounted as files. NAME wins where both are given."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _FileVariables(settings_cls)


class ServiceSettings(EnvironmentSettings):
    """What every service is told. A subclass adds its own fields and sets the prefix of the variables."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    postgres_dsn: SecretStr
    kafka_bootstrap_servers: str = Field(min_length=3)
    http_host: str = "127.0.0.1"
    http_port: int = Field(ge=0, le=65535)
    public_url: Address
    demo_mode: bool = False
    exit_url: str = Field(default=WEATHER, pattern=r"^https://[^\s]+$")
    show_unchecked_translations: bool | None = None
    inbox_days: int = Field(default=30, ge=LEAST_INBOX_DAYS)
    link_signing_key: SecretStr = Field(min_length=SHORTEST_SECRET)
    internal_key: SecretStr = Field(min_length=SHORTEST_SECRET)
    token_keys: dict[str, Any] = Field(default_factory=lambda: dict(NO_KEYS))
    """A JSON Web Key Set: the public keys of directory's access tokens, those on their way out and in as well."""
    otlp_endpoint: Address | None = None
    certificate: Path | None = None
    certificate_key: Path | None = None
    """PEM files; with them the service speaks TLS alone. Needed outside demo mode, but on this machine alone."""
    outside_hosts: Annotated[frozenset[str], NoDecode] = frozenset()
    """Names of hosts, with commas between, that may be asked besides those in the other settings."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def pages(self) -> PageSettings:
        """Translations that nobody has checked are for demonstrations, unless an operator says otherwise."""
        unchecked = self.show_unchecked_translations
        return PageSettings(
            exit_url=self.exit_url,
            show_unchecked_translations=self.demo_mode if unchecked is None else unchecked,
            demo_mode=self.demo_mode,
        )

    @property
    def addresses_asked(self) -> tuple[str, ...]:
        """Those of the settings that the service sends requests to."""
        return ()

    @property
    def hosts_asked(self) -> frozenset[str]:
        """All that may be asked over HTTP."""
        return self.outside_hosts | {host_of(each) for each in self.addresses_asked}

    @property
    def is_https(self) -> bool:
        """Whether people come by https; TLS ends at the edge or before it."""
        return self.public_url.startswith("https://")

    @model_validator(mode="after")
    def _people_come_by_https(self) -> Self:
        if not self.demo_mode and not is_encrypted_or_here(self.public_url):
            raise ValueError("outside demo mode PUBLIC_URL begins with https://")
        return self

    @model_validator(mode="after")
    def _services_meet_by_tls(self) -> Self:
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("CERTIFICATE and CERTIFICATE_KEY go together")
        if self.demo_mode:
            return self
        if self.certificate is None and self.http_host not in THIS_MACHINE:
            raise ValueError("outside demo mode a service that others can reach has a CERTIFICATE")
        if not all(is_encrypted_or_here(each) for each in self.addresses_asked):
            raise ValueError("outside demo mode other services are asked over https alone")
        if self.otlp_endpoint and not is_encrypted_or_here(self.otlp_endpoint):
            raise ValueError("outside demo mode traces go to an OTLP_ENDPOINT over https alone")
        return self

    @field_validator("certificate", "certificate_key", mode="before")
    @classmethod
    def _no_file_is_absent(cls, value: object) -> object:
        return value or None

    @field_validator("outside_hosts", mode="before")
    @classmethod
    def _hosts_with_commas_between(cls, value: object) -> object:
        return {each.strip() for each in value.split(",")} - {""} if isinstance(value, str) else value

    @field_validator("outside_hosts")
    @classmethod
    def _as_on_the_wire(cls, value: frozenset[str]) -> frozenset[str]:
        return frozenset(wire_form(each) for each in value)

    @field_validator("public_url", "otlp_endpoint")
    @classmethod
    def _without_trailing_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    @field_validator("token_keys")
    @classmethod
    def _are_public_keys(cls, value: dict[str, Any]) -> dict[str, Any]:
        keys_of(value, private=False)
        return value

    @field_validator("otlp_endpoint", mode="before")
    @classmethod
    def _empty_is_absent(cls, value: object) -> object:
        return value or None


class _FileVariables(EnvSettingsSource):
    """Reads the field from the file that NAME_FILE points to."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path, _, is_complex = super().get_field_value(field, f"{field_name}_file")
        if path is None:
            return None, field_name, False
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise FileNotReadable(f"{self.env_prefix}{field_name.upper()}_FILE cannot be read") from error
        return text, field_name, is_complex or self.field_is_complex(field)


Settings = TypeVar("Settings", bound=BaseSettings)


def settings_or_exit(settings_class: type[Settings]) -> Settings:
    """The settings, or one line that names every wrong variable (never its value) and exit code 2."""
    prefix = settings_class.model_config.get("env_prefix", "")
    try:
        return settings_class()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        _refuse("; ".join(_in_words(prefix, fault) for fault in faults))
    except SettingsError as error:
        _refuse(str(error.__cause__ if isinstance(error.__cause__, FileNotReadable) else error))


def _in_words(prefix: str, fault: Any) -> str:
    if not fault["loc"]:
        return str(fault["msg"]).removeprefix("Value error, ")
    name = prefix + "_".join(str(part) for part in fault["loc"][:1]).upper()
    return f"{name} is missing" if fault["type"] == "missing" else f"{name} is not valid ({fault['type']})"


def _refuse(reason: str) -> NoReturn:
    print(f"The settings do not allow a start: {reason}.", file=sys.stderr)
    raise SystemExit(BAD_SETTINGS_EXIT_CODE)

"""Settings come from the environment, or the process does not start."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict

from services.directory.settings import DirectorySettings
from shared.service_defaults.settings import ServiceSettings, settings_or_exit
from tests.support.sign_in import PUBLIC_KEYS

SECRET = "do-not-print-this-secret"


class ExampleSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="EXAMPLE_")


GIVEN = {
    "EXAMPLE_POSTGRES_DSN": f"postgresql://x:{SECRET}@127.0.0.1/x",
    "EXAMPLE_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092",
    "EXAMPLE_HTTP_PORT": "18103",
    "EXAMPLE_PUBLIC_URL": "http://localhost:8080/",
    "EXAMPLE_LINK_SIGNING_KEY": SECRET,
    "EXAMPLE_INTERNAL_KEY": SECRET,
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)


def test_settings_are_read_frozen_and_never_shown() -> None:
    settings = settings_or_exit(ExampleSettings)

    assert settings.http_port == 18103
    assert settings.public_url == "http://localhost:8080"
    assert SECRET not in repr(settings)
    with pytest.raises(ValidationError):
        settings.http_port = 1  # type: ignore[misc]


def test_secret_comes_from_a_mounted_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a secret from a file\n")
    monkeypatch.delenv("EXAMPLE_INTERNAL_KEY")
    monkeypatch.setenv("EXAMPLE_INTERNAL_KEY_FILE", str(tmp_path / "key"))

    settings = settings_or_exit(ExampleSettings)

    assert settings.internal_key.get_secret_value() == "a secret from a file"


def test_json_comes_from_a_mounted_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(json.dumps(PUBLIC_KEYS))
    monkeypatch.setenv("EXAMPLE_TOKEN_KEYS_FILE", str(tmp_path / "keys"))

    assert settings_or_exit(ExampleSettings).token_keys == PUBLIC_KEYS


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("EXAMPLE_POSTGRES_DSN", None, "EXAMPLE_POSTGRES_DSN is missing"),
        ("EXAMPLE_INTERNAL_KEY", "short-1", "EXAMPLE_INTERNAL_KEY is not valid"),
        ("EXAMPLE_HTTP_PORT", "http-port", "EXAMPLE_HTTP_PORT is not valid"),
        ("EXAMPLE_TOKEN_KEYS", '{"keys": [{"kid": "zzz-1"}]}', "EXAMPLE_TOKEN_KEYS is not valid"),
        ("EXAMPLE_PUBLIC_URL", "https:///zzz", "EXAMPLE_PUBLIC_URL is not valid"),
        ("EXAMPLE_OUTSIDE_HOSTS", "zzz.example/path", "EXAMPLE_OUTSIDE_HOSTS is not valid"),
        ("EXAMPLE_TOKEN_KEYS", "{zzz-1", "token_keys"),
        ("EXAMPLE_TOKEN_KEYS_FILE", "/nowhere/zzz-1", "cannot be read"),
    ],
)
def test_wrong_setting_is_named_in_one_line_without_its_value(
    name: str,
    value: str | None,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as stopped:
        settings_or_exit(ExampleSettings)

    line = capsys.readouterr().err
    assert stopped.value.code == 2
    assert told in line
    assert line.count("\n") == 1
    assert SECRET not in line
    assert value is None or value not in line


@pytest.mark.asvs("V12.2.1")
def test_outside_a_demonstration_people_come_by_https_unless_from_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EXAMPLE_DEMO_MODE", "false")
    answers = {}
    for address in ("http://kith.example", "https://kith.example", "http://localhost:8080"):
        monkeypatch.setenv("EXAMPLE_PUBLIC_URL", address)
        try:
            answers[address] = bool(ExampleSettings())
        except ValidationError as error:
            answers[address] = "https" not in str(error)

    assert list(answers.values()) == [False, True, True]


@pytest.mark.parametrize("settings", [ExampleSettings, DirectorySettings])
def test_hosts_are_named_with_commas_between_and_kept_as_they_go_over_the_wire(
    settings: type[ServiceSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = str(settings.model_config.get("env_prefix"))
    for name, value in GIVEN.items():
        monkeypatch.setenv(name.replace("EXAMPLE_", prefix), value)
    monkeypatch.setenv(f"{prefix}OUTSIDE_HOSTS", "Feeds.example, bücher.example,xn--bcher-kva.example, ::1")

    assert settings_or_exit(settings).outside_hosts == {"feeds.example", "xn--bcher-kva.example", "::1"}

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.directory.settings import DirectorySettings
from shared.places.places import LONDON

OTHERS = {
    "DIRECTORY_POSTGRES_DSN": "postgresql://nowhere",
    "DIRECTORY_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
    "DIRECTORY_HTTP_PORT": "0",
    "DIRECTORY_PUBLIC_URL": "https://kith.example",
    "DIRECTORY_LINK_SIGNING_KEY": "signing-key-for-tests",
    "DIRECTORY_INTERNAL_KEY": "internal-key-for-tests",
}


def settings(monkeypatch: pytest.MonkeyPatch, places: str | None) -> DirectorySettings:
    for name, value in OTHERS.items():
        monkeypatch.setenv(name, value)
    if places is None:
        monkeypatch.delenv("DIRECTORY_PLACES", raising=False)
    else:
        monkeypatch.setenv("DIRECTORY_PLACES", places)
    return DirectorySettings()


@pytest.mark.parametrize("places", [None, ""])
def test_without_a_pack_it_is_london_s(monkeypatch: pytest.MonkeyPatch, places: str | None) -> None:
    assert settings(monkeypatch, places).places is None


def test_another_pack_is_named_by_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch, str(LONDON)).places == LONDON


def test_a_folder_without_a_pack_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="holds no pack of places"):
        settings(monkeypatch, str(tmp_path))

"""Which jars are accepted."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from deploy.local.kafka_jars import (
    KAFKA_VERSION,
    LISTED_JARS,
    differences,
    hashes_of,
    read_list,
    trusted_by_this_machine,
)


def test_the_committed_list_is_whole() -> None:
    listed = read_list(LISTED_JARS.read_text())

    assert f"kafka_2.13-{KAFKA_VERSION}.jar" in listed
    assert f"kafka-clients-{KAFKA_VERSION}.jar" in listed
    assert all(len(digest) == 64 for digest in listed.values())
    assert len(listed) == len(LISTED_JARS.read_text().splitlines())


def test_a_jar_is_known_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "a.jar").write_bytes(b"a")
    (tmp_path / "notes.txt").write_bytes(b"b")

    assert hashes_of(tmp_path) == {"a.jar": hashlib.sha256(b"a").hexdigest()}


def test_the_same_set_has_no_differences() -> None:
    assert differences({"a.jar": "1", "b.jar": "2"}, {"b.jar": "2", "a.jar": "1"}) == []


def test_changed_extra_and_missing_jars_are_each_told() -> None:
    assert differences({"a.jar": "1", "b.jar": "2"}, {"a.jar": "9", "c.jar": "3"}) == [
        "a.jar differs",
        "c.jar is not listed",
        "b.jar is missing",
    ]


def test_the_machines_own_certificates_are_the_second_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.pem"
    own.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(own))

    assert trusted_by_this_machine({}) == str(own)


@pytest.mark.parametrize("told_by", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_certificates_that_somebody_named_are_not_passed_over(told_by: str) -> None:
    assert trusted_by_this_machine({told_by: "/etc/ssl/ours.pem"}) is None

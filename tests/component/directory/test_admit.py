"""The first operator, and systems, let in from the machine itself."""

import asyncio
import json

import pytest

from services.directory.entrypoints.people import admit_command
from services.directory.entrypoints.people.admit_command import carry_out, parser
from services.directory.settings import DirectorySettings
from shared.postgres.pool import Pool


async def run(settings: DirectorySettings, *arguments: str) -> str:
    return await carry_out(settings, parser().parse_args(arguments))


async def test_the_first_operator_is_let_in_and_it_is_said(settings: DirectorySettings, pool: Pool) -> None:
    said = ["operator", "--issuer", "https://id.example", "--subject", "smartcard-1", "--name", "Ruth"]

    answer = await run(settings, *said)

    assert "/directory/members" in answer
    rows = await pool.fetch("SELECT payload FROM outbox_events ORDER BY seq")
    last = json.loads(rows[-1]["payload"])
    assert [grant["role"] for grant in last["grants"]] == ["operator"]
    assert "Ruth" not in str([row["payload"] for row in rows])


async def test_a_system_s_secret_is_shown_once_and_kept_as_a_hash(
    settings: DirectorySettings, pool: Pool
) -> None:
    system = ["system", "--name", "Surgery", "--scope", "referrals:write", "--area", "E09000025"]

    told = dict(line.split(": ") for line in (await run(settings, *system)).splitlines())
    again = await run(settings, "new-secret", told["client id"])
    await run(settings, "drop-older-secret", told["client id"])
    await run(settings, "end-system", told["client id"])

    assert told["client id"] in again
    assert not await pool.fetchval("SELECT active FROM clients")
    kept = await pool.fetch("SELECT secret_sha256 FROM client_secrets")
    assert len(kept) == 1
    assert told["secret, shown this once"] not in str(kept)


@pytest.mark.parametrize("arguments", [["system", "--name", "x"], ["operator", "--name", "x"], []])
def test_half_a_command_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(arguments)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["system", "--name", "Surgery", "--scope", "referrals:write"], "--area"),
        (["operator", "--issuer", "https://id.example", "--subject", " ", "--name", "Ruth"], "--subject"),
        (["operator", "--issuer", "https://id.example", "--subject", "s", "--name", ""], "--name"),
    ],
)
async def test_what_cannot_be_is_told_in_one_line(
    settings: DirectorySettings,
    pool: Pool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    told: str,
) -> None:
    monkeypatch.setattr(admit_command, "settings_or_exit", lambda _: settings)

    code = await asyncio.to_thread(admit_command.main, arguments)

    out, lines = capsys.readouterr()
    assert (code, out, lines.count("\n")) == (1, "", 1)
    assert told in lines
    assert await pool.fetchval("SELECT (SELECT count(*) FROM members) + (SELECT count(*) FROM clients)") == 0

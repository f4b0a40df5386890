"""The checker as a process: `once` tells and ends with what it found; without it, it watches until it is stopped."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from datetime import timedelta

import httpx

from deploy.checker.settings import CheckerSettings
from deploy.local.layout import ROOT
from shared.service_defaults.clock import utc_now
from tests.component.referral.referral_world import ReferralWorld
from tests.support.eventually import eventually


async def started(settings: CheckerSettings, *arguments: str, port: int = 0) -> Process:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "CHECKER_REFERRAL_DSN": settings.referral_dsn.get_secret_value(),
        "CHECKER_CAPACITY_DSN": settings.capacity_dsn.get_secret_value(),
        "CHECKER_PORT": str(port),
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "deploy.checker", *arguments, stdout=PIPE, stderr=PIPE, env=environment
    )


async def told_once(settings: CheckerSettings) -> tuple[int | None, bytes, bytes]:
    process = await started(settings, "once", "--json")
    said, complained = await process.communicate()
    return process.returncode, said, complained


async def test_one_look_ends_with_what_it_found(
    checker_settings: CheckerSettings, world: ReferralWorld
) -> None:
    world.clock.now = utc_now() - timedelta(minutes=6)
    clean, _, complained = await told_once(checker_settings)
    await world.refer("housing", door="self")
    found, said, _ = await told_once(checker_settings)
    nowhere = checker_settings.model_copy(
        update={"capacity_dsn": type(checker_settings.capacity_dsn)("postgresql://x:y@127.0.0.1:9/nothing")}
    )
    away, _, excuse = await told_once(nowhere)

    assert (clean, found, away) == (0, 1, 2), complained.decode()
    counts = {kind: number for kind, number in json.loads(said)["counts"].items() if number}
    assert counts == {"unmet-and-not-told": 1}
    assert b"y@" not in excuse


async def test_it_watches_until_it_is_stopped(checker_settings: CheckerSettings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await started(checker_settings, port=port)

    async def ready() -> bool:
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200
        except httpx.HTTPError:
            return False

    try:
        assert await eventually(ready, within=60)
        process.send_signal(signal.SIGTERM)
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    assert checker_settings.referral_dsn.get_secret_value().encode() not in said

"""Takes one safeguard away in a system of its own, drives it, and expects the checker to notice."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Mapping
from uuid import uuid4

from deploy.demo.arrivals import refer_all
from deploy.demo.aside import Aside
from deploy.demo.checker import Findings, check, check_when_still
from deploy.demo.log_reader import LogReader
from deploy.demo.outside_client import OutsideClient, client_from_environment
from deploy.demo.people import Invented
from deploy.demo.plan import BOROUGHS, Space
from deploy.demo.spaces import Providers, read_directory
from deploy.demo.story import Story
from deploy.demo.waiting import until
from deploy.local.errors import StartFailed
from deploy.local.layout import ROOT, SERVICE_OFFSETS, Layout, Ports
from deploy.local.progress import Progress
from deploy.local.system import System, system_at

LAYOUT = Layout(ports=Ports(edge=30080, base=30000), state=ROOT / ".kith" / "demo-broken")
NOTICED_AS = {"double-grant": "over_allocated", "late-hold": "after_full", "drop-event": "lost"}
PROVIDER, NEED = "London Money Line", "money-advice"
AT_ONCE, ROUNDS = 16, 12
STILL_SECONDS, AT_MOST_SECONDS = 8.0, 90.0  # longer than the first pause before a message is tried again


def show_that_it_is_noticed(without: str, *, as_json: bool) -> int:
    """0 when the checker caught what the missing safeguard let through."""
    progress = Aside()
    system = system_at(LAYOUT, environment_without(without, os.environ))
    try:
        with system.files.held() as alone:
            findings = start_and_drive(system, without, progress, alone=alone)
    except StartFailed as failed:
        print(failed.one_line(), file=sys.stderr)
        return 1
    return tell(without, findings, as_json=as_json)


def environment_without(safeguard: str, outer: Mapping[str, str]) -> dict[str, str]:
    """The person's environment less every setting of the system that runs already."""
    ours = ("KITH_", "EDGE_", "MAILBOX_", "SPANS_", *(f"{name.upper()}_" for name in SERVICE_OFFSETS))
    kept = {name: value for name, value in outer.items() if not name.startswith(ours)}
    return kept | {"CAPACITY_BREAK_SAFEGUARD": safeguard}


def start_and_drive(system: System, without: str, progress: Progress, *, alone: bool) -> Findings:
    if not alone:
        raise StartFailed("another demonstration of a broken system runs", what_to_do="Wait for it")
    found: list[Findings] = []

    async def when_ready() -> None:
        client = client_from_environment(system.environments.everything())
        async with client, LogReader(system.environments.servers.kafka) as reader:
            found.append(await drive(client, reader, without))

    system.files.end_left_behind()
    for stale in (LAYOUT.data, LAYOUT.logs):
        shutil.rmtree(stale, ignore_errors=True)
    with progress.step(f"a second system, without the safeguard against {without}"):
        system.prepare(progress)
    asyncio.run(system.supervisor(progress, split=False).run(when_ready))
    if not found:
        raise StartFailed("it was stopped before it had been driven", what_to_do="Run it again")
    return found[0]


async def drive(client: OutsideClient, reader: LogReader, without: str) -> Findings:
    """Many people ask at once while the provider changes its word: the moment that the safeguards are for."""
    invented = Invented(seed=1, run=uuid4().hex[:8])
    providers = Providers(client, await read_directory(client))
    service = next(each for each in providers.services.values() if each["name"] == PROVIDER)

    async def pool_is_known() -> list[dict[str, str]]:
        return await providers.pools_of(service["id"])

    await until(pool_is_known, "the provider's pool")
    findings = check([])
    for _ in range(ROUNDS):
        await one_round(client, providers, invented, service["id"], without)
        findings = check(await reader.read_on())
        if without != "drop-event" and findings.counts()[NOTICED_AS[without]]:
            return findings
        if without == "drop-event":
            return await check_when_still(reader, still_for=STILL_SECONDS, within_seconds=AT_MOST_SECONDS)
    return findings


async def one_round(
    client: OutsideClient, providers: Providers, invented: Invented, service_id: str, without: str
) -> None:
    [pool] = await providers.pools_of(service_id)
    await providers.say(pool, Space("open", AT_ONCE))
    areas = list(BOROUGHS)
    people = [
        invented.someone(door="gp", area=areas[number % len(areas)], needs=[NEED])
        for number in range(2 * AT_ONCE)
    ]

    async def change_of_word() -> None:
        if without == "drop-event":
            return
        [now] = await providers.pools_of(service_id)
        await providers.say(now, Space("full") if without == "late-hold" else Space("open", 1))

    await asyncio.gather(refer_all(client, people, rate=400.0), change_of_word())


def tell(without: str, findings: Findings, *, as_json: bool) -> int:
    count = findings.counts()[NOTICED_AS[without]]
    if as_json:
        print(
            json.dumps(
                {"break": without, "noticed": count > 0, **findings.counts(), "kinds": findings.kinds()}
            )
        )
    else:
        story = Story()
        story.chapter(f"Without the safeguard against {without}")
        story.table([*findings.kinds().items()])
        caught = f"The checker noticed: {NOTICED_AS[without]} is {count}, and would be 0."
        story.tell(caught if count else f"The checker noticed NOTHING: {NOTICED_AS[without]} is 0.")
    return 0 if count else 1

"""How long the whole menu of London is compared for likely duplicates, and a change of one entry; what is planted is found."""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from uuid import uuid5

from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.duplicates.blocking import Blocks
from services.directory.duplicates.candidates import likely_pairs
from services.directory.duplicates.traits import Traits, traits_of
from tests.bench.wrong_result import WrongResult
from tests.support.generated_menu import SEED, generated_menu

SERVICES, PLANTED, CHANGES = 20_000, 500, 200


def measure() -> dict[str, Any]:
    chance = random.Random(SEED)  # noqa: S311 - the same menu each time
    made = [_with_contacts(each.service, each.organisation) for each in generated_menu(SERVICES)]
    originals = chance.sample(made, PLANTED)
    again = [_in_another_feed(service, organisation) for service, organisation in originals]

    began = time.perf_counter()
    blocks = Blocks()
    for service, organisation in (*made, *again):
        blocks.put(traits_of(service, organisation))
    read = time.perf_counter()
    ids = [service.id for service, _ in (*made, *again)]
    cpu = time.process_time()
    found = {(pair.left_id, pair.right_id) for pair in likely_pairs(blocks, ids)}
    compared, cpu = time.perf_counter(), time.process_time() - cpu

    planted = {_pair(one, other) for (one, _), (other, _) in zip(originals, again, strict=True)}
    if planted - found:
        raise WrongResult(f"{len(planted - found)} of {PLANTED} planted duplicates were not found")
    changed = list(islice((_changed(blocks, each) for each, _ in chance.sample(made, CHANGES)), CHANGES))
    return {
        "services": len(ids),
        "read_seconds": round(read - began, 1),
        "compared_seconds": round(compared - read, 1),
        "compared_cpu_seconds": round(cpu, 1),
        "compared_with_each": round(sum(len(blocks.beside(each)) for each in ids) / len(ids), 1),
        "likely_pairs": len(found),
        "planted_and_found": len(planted),
        "one_change_ms_median": round(sorted(changed)[CHANGES // 2], 2),
        "one_change_ms_worst": round(max(changed), 2),
    }


def _changed(blocks: Blocks, service: Service) -> float:
    began = time.perf_counter()
    traits: Traits = blocks[service.id]
    blocks.put(replace(traits, name=(*traits.name, "anew")))
    for _ in likely_pairs(blocks, [service.id]):
        pass
    return (time.perf_counter() - began) * 1000


def _with_contacts(service: Service, organisation: Organisation) -> tuple[Service, Organisation]:
    """The generated menu has one address for all; here each organisation has its own."""
    own = replace(
        organisation, email=f"hello@{organisation.id}.example", website=f"https://{organisation.id}.example"
    )
    return replace(service, email=None, url=None), own


def _in_another_feed(service: Service, organisation: Organisation) -> tuple[Service, Organisation]:
    """The same service by other ids, with two letters of its name turned round."""
    other = replace(organisation, id=uuid5(organisation.id, "again"), name=f"{organisation.name} Ltd")
    name = "".join(_turned(service.name))
    return replace(service, id=uuid5(service.id, "again"), organisation_id=other.id, name=name), other


def _turned(name: str) -> Iterator[str]:
    middle = len(name) // 2
    yield from (name[:middle], name[middle + 1 : middle + 2], name[middle : middle + 1], name[middle + 2 :])


def _pair(one: Service, other: Service) -> tuple[object, object]:
    first, second = sorted((one.id, other.id))
    return first, second

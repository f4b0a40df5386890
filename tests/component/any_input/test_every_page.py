"""Pages and the internal contract are in no OpenAPI document; here they are, and nothing that is sent to them breaks them."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from shared.access.roles import HELD_IN, STAFF_ROLES, HeldIn
from shared.security.signed_links import PATHS
from tests.component.access.every_service import HIDDEN
from tests.component.any_input.worlds import (
    INTERNAL,
    LONDON,
    NOW,
    OPERATOR,
    SOMEBODY_ELSE,
    WORLDS,
    World,
    link,
)
from tests.component.referral.golden_messages import AREA
from tests.conftest import CreateDatabase
from tests.support.any_input import LONGEST, NEVER_BROKEN, Good, try_everything
from tests.support.http_servers import serving
from tests.support.sign_in import bearer, staff_caller

ROLES = [
    bearer(
        staff_caller(
            role,
            NOW,
            areas=(AREA, LONDON) if HELD_IN[role] is HeldIn.AREA else (),
            organisations=(UUID(int=81),) if HELD_IN[role] is HeldIn.ORGANISATION else (),
        ),
        NOW,
    )
    for role in STAFF_ROLES
]


END_THE_LINK = {"POST /referral/mine/{token}/erase", "POST /referral/mine/{token}/stop-links"}


def only_what_is_hidden(document: Mapping[str, Any]) -> dict[str, Any]:
    """The operations that the service's own document leaves out."""
    paths = {
        path: {method: each for method, each in methods.items() if HIDDEN in each.get("tags", ())}
        for path, methods in document["paths"].items()
    }
    return {**document, "paths": {path: methods for path, methods in paths.items() if methods}}


def good_for(document: Mapping[str, Any], world: World) -> Iterator[tuple[str, Good]]:
    """With a link where one is needed, and as somebody who may; forms are left to chance."""
    tokens = {
        PATHS[purpose].partition("{")[0]: link(world.service, purpose, subject)
        for purpose, subject in world.subjects.items()
    }
    for path, methods in document["paths"].items():
        start = path.partition("{")[0]
        known = {"token": tokens[start]} if start in tokens else dict(world.known)
        for method in methods:
            yield f"{method.upper()} {path}", Good(INTERNAL if "/internal/" in path else OPERATOR, known)


@pytest.mark.filterwarnings("ignore:Duplicate Operation ID")  # one page, read and sent
@pytest.mark.timeout(LONGEST)
@pytest.mark.parametrize("name", sorted(WORLDS))
async def test_no_input_breaks_a_page(name: str, database: CreateDatabase, tmp_path: Path) -> None:
    made = await database(name)
    async with (
        WORLDS[name](made.dsn, tmp_path, show_hidden=True) as world,
        serving(world.service.app) as address,
    ):
        document = only_what_is_hidden(world.service.app.openapi())
        good = dict(good_for(document, world))
        met = await asyncio.to_thread(
            try_everything, document, address, good, [*SOMEBODY_ELSE, *ROLES], NEVER_BROKEN, END_THE_LINK
        )

    print(met)
    assert len(met.statuses) == len(good) > 0
    pages = {each for each in good if each.startswith("GET ")}  # what is sent is left to chance
    assert len(pages.intersection(met.refused_only(below=400))) <= len(pages) / 2, (
        "more than half of the pages showed refusals alone"
    )

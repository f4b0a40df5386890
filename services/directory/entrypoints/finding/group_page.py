"""An organisation as its page shows it: what it is part of, what it runs, and what those below it run."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from services.directory.domain.organisation import Organisation
from services.directory.entrypoints.finding.find_pages import shown
from services.directory.entrypoints.open_referral.open_feed import NoSuchEntry
from services.directory.storage.organisation_list import find_organisation
from services.directory.storage.organisation_tree import (
    NamedOrganisation,
    RunService,
    named_organisations,
    organisations_below,
    parent_of,
    services_run_by,
)
from shared.postgres.pool import Connection, Pool

MOST_SERVICES = 500


@dataclass(frozen=True, slots=True)
class GroupView:
    organisation: Organisation
    parent: NamedOrganisation | None
    below: Sequence[NamedOrganisation]
    services: Sequence[RunService]

    def run_by(self, organisation_id: UUID) -> list[RunService]:
        return [each for each in self.services if each.organisation_id == organisation_id]

    def own(self) -> list[RunService]:
        return self.run_by(self.organisation.id)

    def groups(self) -> list[tuple[NamedOrganisation, list[RunService]]]:
        """Those below that run something, each with what it runs."""
        found = ((each, self.run_by(each.id)) for each in self.below)
        return [(each, run) for each, run in found if run]

    @property
    def cut_off(self) -> bool:
        return len(self.services) == MOST_SERVICES


async def group_page(request: Request, pool: Pool, organisation_id: UUID) -> Response:
    """Raises NoSuchEntry."""
    async with pool.acquire() as connection:
        view = await _view(connection, organisation_id)
    return shown(request, "group.html", view=view)


async def _view(connection: Connection, organisation_id: UUID) -> GroupView:
    found = await find_organisation(connection, organisation_id)
    if found is None:
        raise NoSuchEntry
    ids = await organisations_below(connection, organisation_id)
    return GroupView(
        found[0],
        await parent_of(connection, organisation_id),
        await named_organisations(connection, [each for each in ids if each != organisation_id]),
        await services_run_by(connection, ids, MOST_SERVICES),
    )

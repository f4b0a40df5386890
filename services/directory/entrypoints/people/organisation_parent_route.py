"""A lead provider and those it subcontracts to: who stands above whom, and which roles count below as well."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from services.directory.entrypoints.people.member_words import member_problems
from services.directory.use_cases.manage_members import put_under, take_out
from shared.access.decide import Facts
from shared.access.hierarchy import PassedDown
from shared.access.roles import HELD_IN, HeldIn, Role
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Pool, transaction
from shared.security.staff import Permit, allowed
from shared.service_defaults.clock import Clock
from shared.service_defaults.http_errors import KithError
from shared.service_defaults.problem_schema import SENT_TO_SIGN_IN

ROUTE = "/directory/api/organisations/{organisation_id}/parent"

# Whoever declares this opens cases to another organisation: a coordinator cannot see from an organisation's id
# that both are of the own area, so it is the operators', who see no cases themselves.
MayDeclare = Annotated[Permit, Depends(allowed(Verb.CREATE, Thing.ORGANISATION, fresh=True))]


class ParentDeclared(BaseModel):
    model_config = ConfigDict(extra="forbid")

    parent_id: UUID
    passes_down: frozenset[Role]


class NotAHierarchy(KithError):
    status = 422
    slug = "not-a-hierarchy"
    title = "This cannot be declared"
    what_to_do = "Name another organisation as the parent, and only roles that are held in an organisation."


def organisation_parent_router(pool: Pool, clock: Clock) -> APIRouter:
    router = APIRouter()

    @router.put(ROUTE, status_code=204, responses=SENT_TO_SIGN_IN)
    async def declare(organisation_id: UUID, declared: ParentDeclared, permit: MayDeclare) -> None:
        permit.check(Facts(Thing.ORGANISATION))
        fitting = all(HELD_IN[role] is HeldIn.ORGANISATION for role in declared.passes_down)
        if declared.parent_id == organisation_id or not fitting:
            raise NotAHierarchy
        link = PassedDown(declared.parent_id, organisation_id, declared.passes_down)
        with member_problems():
            async with transaction(pool) as connection:
                await put_under(connection, link, clock(), declared_by=permit.member_id)

    @router.delete(ROUTE, status_code=204, responses=SENT_TO_SIGN_IN)
    async def end(organisation_id: UUID, permit: MayDeclare) -> None:
        permit.check(Facts(Thing.ORGANISATION))
        async with transaction(pool) as connection:
            await take_out(connection, organisation_id, clock())

    return router

"""The list of members: sorted and filtered by role, never searched by name, which would put names into addresses."""

from collections.abc import Sequence

from fastapi import Request

from services.directory.entrypoints.people.member_words import MemberView
from shared.access.roles import LABELS, STAFF_ROLES
from shared.web.listing import Cell, Column, Filter, Listing, Plan, arrange


def member_listing(request: Request, members: Sequence[MemberView]) -> Listing:
    return arrange(request, members, PLAN)


def _roles(member: MemberView) -> str:
    held = [f"{each.role}, {each.where}" for each in member.roles if each.held]
    return "; ".join(held) or "No role now"


def _state(member: MemberView) -> Cell:
    return Cell("Can come in", tag="green") if member.active else Cell("Shut out", tag="red")


def _has_role(member: MemberView, code: str) -> bool:
    return any(each.held and each.code == code for each in member.roles)


PLAN: Plan[MemberView] = Plan(
    "Members",
    (
        Column(
            "name",
            "Name",
            lambda one: Cell(one.name, href=f"/directory/members/{one.id}"),
            by=lambda one: one.name,
        ),
        Column("roles", "Roles", lambda one: Cell(_roles(one)), by=_roles),
        Column("state", "Sign-in", _state),
    ),
    filters=(Filter("role", "Role", [(str(role), LABELS[role]) for role in STAFF_ROLES], _has_role),),
    searchable=False,
)

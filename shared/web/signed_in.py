"""Who is signed in, as the header shows it. Whoever verifies the session says so; pages need not pass it on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Request


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`role` and `areas` in words. Signing out is a form with these hidden fields."""

    role: str
    areas: tuple[str, ...] = ()
    sign_out: str = "/directory/sign-out"
    sessions: str = "/directory/sessions"
    fields: Mapping[str, str] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()


def note_signed_in(request: Request, who: SignedIn) -> None:
    request.state.signed_in = who


def signed_in(request: Request) -> SignedIn | None:
    found = getattr(request.state, "signed_in", None)
    return found if isinstance(found, SignedIn) else None

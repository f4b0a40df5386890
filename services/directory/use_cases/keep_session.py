"""Opens, renews and ends the sessions of browsers."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.directory.domain.errors import NobodyByThatSubject, NoLiveSession
from services.directory.domain.membership import Member, grants_of
from services.directory.domain.session import Session
from services.directory.storage.member_rows import (
    find_member,
    find_member_by_subject,
    memberships_of,
    organisation_links,
)
from services.directory.storage.session_rows import find_session, note_seen, open_session, revoke_session
from services.directory.use_cases.say_member import say_member
from shared.access.caller import Caller, CallerKind
from shared.postgres.pool import Connection

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the secret goes into the cookie and is nowhere else."""

    secret: str
    caller: Caller


@dataclass(frozen=True, slots=True)
class Proven:
    """Whom the provider, or the demonstration's page, vouches for, and since when if it says so."""

    issuer: str
    subject: str
    authenticated_at: datetime | None


async def open_for(
    connection: Connection, proven: Proven, now: datetime, *, instead_of: str | None = None
) -> SignedIn:
    """A session with a secret of its own; the browser's former one, whoever set it, ends."""
    member = await find_member_by_subject(connection, proven.issuer, proven.subject)
    if member is None or not member.active:
        raise NobodyByThatSubject
    if instead_of:
        await end_session(connection, instead_of, now)
        member = await find_member(connection, member.id) or member
    session_id, secret = uuid4(), secrets.token_urlsafe(SECRET_BYTES)
    since = min(proven.authenticated_at, now) if proven.authenticated_at else None
    await open_session(connection, session_id, hash_of(secret), member.id, now, since)
    session = Session(session_id, member.id, now, now, since, revoked=False)
    return SignedIn(secret, await _caller(connection, member, session, now))


async def renew(connection: Connection, secret: str | None, now: datetime) -> Caller:
    """Who the live session's member is as of now. Raises NoLiveSession."""
    session = await _live(connection, secret, now)
    member = await find_member(connection, session.member_id)
    if member is None or not member.active:
        raise NoLiveSession
    await note_seen(connection, session.id, now)
    return await _caller(connection, member, session, now)


async def end_session(connection: Connection, secret: str | None, now: datetime) -> None:
    """Ends it here and, by the member's next version, in every service; other sessions renew themselves."""
    session = await find_session(connection, hash_of(secret)) if secret else None
    if session is not None and await revoke_session(connection, session.id, now):
        await say_member(connection, session.member_id, now)


def hash_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


async def _live(connection: Connection, secret: str | None, now: datetime) -> Session:
    session = await find_session(connection, hash_of(secret)) if secret else None
    if session is None or not session.is_live(now):
        raise NoLiveSession
    return session


async def _caller(connection: Connection, member: Member, session: Session, now: datetime) -> Caller:
    held = await memberships_of(connection, member.id)
    return Caller(
        CallerKind.STAFF,
        member_id=member.id,
        session_id=session.id,
        grants=grants_of(held, await organisation_links(connection), now),
        authenticated_at=session.authenticated_at,
        version=member.version,
    )


async def member_name(connection: Connection, member_id: UUID) -> str:
    """For the member's own pages."""
    member = await find_member(connection, member_id)
    return member.display_name if member else ""

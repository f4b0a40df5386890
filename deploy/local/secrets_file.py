"""Passwords and keys of one system on this machine: made once, kept readable by the owner only."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from deploy.local.layout import SERVICE_OFFSETS
from shared.security.access_tokens import new_signing_keys

DEMO_CLIENTS: dict[str, tuple[str, ...]] = {
    "demo-gp": ("referrals:write", "referrals:read"),
    "demo-provider": ("signals:write",),
    "demo-commissioner": ("summary:read",),
    "demo-operator": ("directory:write", "operate"),
}


@dataclass(frozen=True, repr=False)
class Secrets:
    postgres_admin_password: str
    postgres_passwords: dict[str, str]
    owner_passwords: dict[str, str]
    link_signing_key: str
    internal_key: str
    client_credentials: dict[str, str]
    """Of each client of the demonstration, as `id:secret`."""
    key_encryption_key: str
    directory_key_encryption_key: str
    token_signing_keys: dict[str, Any]
    audit_wrapping_key: str
    audit_signing_key: str
    checker_password: str


def load_or_create_secrets(path: Path) -> Secrets:
    """What is kept stays as it is; a kind of secret that is new since then is added, one that is no more goes."""
    kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    known = {name: value for name, value in kept.items() if name in Secrets.__dataclass_fields__}
    made = Secrets(**{**asdict(new_secrets()), **known})
    if asdict(made) != kept:
        _write_private(path, json.dumps(asdict(made), indent=2))
    return made


def new_secrets() -> Secrets:
    return Secrets(
        postgres_admin_password=secrets.token_urlsafe(24),
        postgres_passwords={service: secrets.token_urlsafe(24) for service in SERVICE_OFFSETS},
        owner_passwords={service: secrets.token_urlsafe(24) for service in SERVICE_OFFSETS},
        link_signing_key=secrets.token_urlsafe(48),
        internal_key=secrets.token_urlsafe(32),
        key_encryption_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        directory_key_encryption_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        client_credentials={client: f"{uuid4()}:{secrets.token_urlsafe(32)}" for client in DEMO_CLIENTS},
        token_signing_keys=new_signing_keys(secrets.token_hex(8)),
        audit_wrapping_key=secrets.token_hex(32),
        audit_signing_key=secrets.token_hex(32),
        checker_password=secrets.token_urlsafe(24),
    )


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
    unfinished.rename(path)

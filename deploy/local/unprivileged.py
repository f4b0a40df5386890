"""PostgreSQL refuses to run as root, so root runs it as `nobody`; everyone else runs it as themselves."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from deploy.local.child import Account
from deploy.local.errors import StartFailed


@dataclass(frozen=True)
class RunAs:
    """`direct` is set by the process that starts the program; `prefix` is a program that sets it itself."""

    owner: Account | None = None
    direct: Account | None = None
    prefix: tuple[str, ...] = ()


def account_for(program: Path, data: Path) -> RunAs:
    if os.geteuid() != 0:
        return RunAs()
    entry = pwd.getpwnam("nobody")
    nobody = Account(entry.pw_uid, entry.pw_gid)
    if reachable_by_others(program) and reachable_by_others(data):
        return RunAs(owner=nobody, direct=nobody)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise StartFailed(
            f"PostgreSQL cannot run as root, and other users cannot enter {data}",
            what_to_do="Clone Kith to a folder that everyone may enter (such as /srv), or run it as another user",
        )
    return RunAs(owner=nobody, prefix=past_closed_folders(setpriv, nobody))


def past_closed_folders(setpriv: str, account: Account) -> tuple[str, ...]:
    """Keeps the one right that a checkout below a closed folder (such as /root) needs: to pass through it.

    Without `no_setuid_fixup`, access(2), by which initdb looks at its programs, would not count that right.
    """
    rights = "+dac_override,+dac_read_search"
    return (
        setpriv, f"--reuid={account.user}", f"--regid={account.group}", "--clear-groups",
        "--securebits=+no_setuid_fixup", f"--inh-caps={rights}", f"--ambient-caps={rights}", "--",
    )  # fmt: skip


def as_account(run_as: RunAs, command: tuple[str, ...]) -> tuple[str, ...]:
    return (*run_as.prefix, *command)


def hand_to(run_as: RunAs, path: Path) -> None:
    if run_as.owner is not None:
        os.chown(path, run_as.owner.user, run_as.owner.group)


def reachable_by_others(place: Path) -> bool:
    real = place.resolve()
    there = (path for path in (real, *real.parents) if path.exists())  # what is not there yet, we make
    return all(path.stat().st_mode & stat.S_IXOTH for path in there)

"""Commands that other modules carry out, with the settings that the running system has; and `./kith env`."""

from __future__ import annotations

import os
import shlex
import sys
from argparse import Namespace
from typing import NoReturn

from deploy.local.layout import layout_of_up
from deploy.local.system import system_at

MODULES = {
    "bench": "tests.bench",
    "simulate": "simulator",
    "demo": "deploy.demo",
    "trace": "deploy.spans.trace",
    "audit": "services.referral.audit",
    "check": "deploy.checker",
    "dlq": "shared.messaging.dlq_command",
}
FIRST = {"check": ("once",)}
LOADERS = {"directory": "services.directory.load"}
SECRET_WORDS = ("KEY", "PASSWORD", "DSN")


def pass_on(arguments: Namespace) -> int:
    module, rest = module_for(arguments.command, list(arguments.arguments))
    if module is None:
        print("kith: say what to load: ./kith load directory FILE_OR_URL [--json]", file=sys.stderr)
        return 2
    environment = system_at(layout_of_up(os.environ)).environments.everything()
    return become([sys.executable, "-P", "-m", module, *rest], environment)


def module_for(command: str, arguments: list[str]) -> tuple[str | None, list[str]]:
    if command != "load":
        return MODULES[command], [*FIRST.get(command, ()), *arguments]
    return (LOADERS.get(arguments[0]), arguments[1:]) if arguments else (None, [])


def become(command: list[str], environment: dict[str, str]) -> NoReturn:
    sys.stdout.flush()
    os.execve(command[0], command, environment)  # noqa: S606


def env(arguments: Namespace) -> int:
    environments = system_at(layout_of_up(os.environ)).environments
    settings = environments.settings_of(arguments.service)
    hidden = [
        name for name in settings if not arguments.secrets and any(word in name for word in SECRET_WORDS)
    ]
    for name, value in sorted(settings.items()):
        if name not in hidden:
            print(f"export {name}={shlex.quote(value)}")
    if hidden:
        print(f"# {', '.join(sorted(hidden))}: shown with --secrets", file=sys.stderr)
    return 0

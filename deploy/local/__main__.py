"""`python -m deploy.local COMMAND`: what `./kith` hands over to once the packages are there."""

from __future__ import annotations

import signal
import sys
from argparse import Namespace
from collections.abc import Callable
from types import FrameType

from deploy.local import command_line
from deploy.local.errors import StartFailed


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, stop_as_ctrl_c_does)
    parsed = command_line.parse(arguments)
    try:
        return command(parsed.command)(parsed)
    except StartFailed as failed:
        print(failed.one_line(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def command(name: str) -> Callable[[Namespace], int]:
    """Imports are here so that each command pays for its own alone."""
    if name in command_line.PASSED_ON or name == "env":
        from deploy.local import pass_on

        return pass_on.env if name == "env" else pass_on.pass_on
    if name == "test":
        from deploy.local.run_tests import run_tests

        return run_tests
    from deploy.local import up

    commands: dict[str, Callable[[Namespace], int]] = {
        "up": up.up, "down": up.down, "status": up.status, "logs": up.logs, "reset": up.reset,
        "set-up": up.set_up,
    }  # fmt: skip
    return commands[name]


def stop_as_ctrl_c_does(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

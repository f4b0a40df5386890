"""`python -m tests.resilience.capacity.forked_workers PORT…`: a process of capacity for each port, each as
`python -m services.capacity worker` runs it. Prints their process ids and waits for them.

The code is loaded once and each process forked from there, before any thread or loop has begun: sixteen that load it by
themselves would take longer than what is tested.
"""

import os
import sys

from services.capacity.bootstrap import build_service
from shared.service_defaults.process import run_from_arguments


def main(ports: list[str]) -> None:
    children = [_fork(port) for port in ports]
    print(*children, flush=True)
    for _ in children:
        os.wait()


def _fork(port: str) -> int:
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads what they log
        os.environ["CAPACITY_HTTP_PORT"] = port
        run_from_arguments(build_service(), ["worker"])
        os._exit(0)
    return child


if __name__ == "__main__":
    main(sys.argv[1:])

"""Where the processor's time goes: seconds used so far by each process of the system under this one."""

from collections.abc import Mapping

import psutil


def cpu_seconds() -> dict[str, float]:
    """By process of the plan; all of PostgreSQL's together. `bench` is the load itself."""
    this = psutil.Process()
    found = {"bench": _used(this)}
    for child in this.children(recursive=True):
        try:
            name = _name(child.cmdline())
            found[name] = found.get(name, 0.0) + _used(child)
        except psutil.NoSuchProcess:
            continue
    return found


def each_ms(before: Mapping[str, float], after: Mapping[str, float], number: int) -> dict[str, float]:
    """Milliseconds for each of `number` things, the most first."""
    used = {name: round((after[name] - before.get(name, 0)) * 1000 / number, 1) for name in after}
    return dict(sorted(used.items(), key=lambda each: -each[1]))


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _name(command: list[str]) -> str:
    modules = [each for each in command if each.startswith(("services.", "deploy."))]
    if modules:
        return modules[0].partition(".")[2]
    words = " ".join(command)
    return next((name for name in ("kafka", "postgres") if name in words), "other")

"""The safeguards of a grant, and how to take one away to prove that an outside checker would notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Safeguards:
    """All on, always; the demo can switch one off."""

    check_free: bool = True
    check_signal: bool = True
    tell_everything: bool = True


_WITHOUT = {
    "double-grant": Safeguards(check_free=False),
    "late-hold": Safeguards(check_signal=False),
    "drop-event": Safeguards(tell_everything=False),
}


def safeguards_without(broken: str | None) -> Safeguards:
    """All safeguards, or all but the one that is named."""
    return _WITHOUT[broken] if broken else Safeguards()

"""What capacity refuses."""

from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from services.capacity.domain.pool import Pool


class CapacityError(Exception):
    """Base of everything that capacity refuses."""


class LedgerBroken(CapacityError):
    """The places do not add up. This is a bug: nothing may be written."""


class PoolNotFound(CapacityError):
    """No pool has this id."""

    def __init__(self, pool_id: UUID) -> None:
        super().__init__(f"There is no pool {pool_id}.")


class PoolWithdrawn(CapacityError):
    """The pool's service takes nobody any more."""

    def __init__(self, pool_id: UUID) -> None:
        super().__init__(f"Pool {pool_id} is withdrawn.")


class PauseIsOver(CapacityError):
    """The pause was to end before now, or too far in the future."""


class SomeoneSpokeSince(CapacityError):
    """The statement answers a signal that is no longer the last: it is shown back, not applied."""

    def __init__(self, current: "Pool") -> None:
        super().__init__(f"Pool {current.pool_id} is at version {current.ledger.version}.")
        self.current = current

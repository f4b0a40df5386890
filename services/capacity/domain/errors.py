"""What capacity refuses."""

from uuid import UUID


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

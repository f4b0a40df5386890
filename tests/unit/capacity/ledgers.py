"""Ledgers and requests to begin a test with."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from services.capacity.domain.ledger import Applied, PoolLedger, apply_signal, apply_word
from services.capacity.domain.places import Hold, Request, Word
from services.capacity.domain.safeguards import Safeguards
from services.capacity.domain.status import Status

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
POOL_ID = UUID("7c0e2c1a-6f0d-5b7e-9a55-2f6f0f1b6a01")
AREA = "E09000009"


def a_request(pool_id: UUID = POOL_ID) -> Request:
    return Request(uuid4(), pool_id, uuid4(), uuid4(), AREA)


def a_ledger(status: Status = Status.OPEN, free: int | None = 3) -> PoolLedger:
    return apply_signal(PoolLedger(POOL_ID), status, free)


def say(
    word: Word,
    request: Request,
    ledger: PoolLedger | None,
    hold: Hold | None = None,
    safeguards: Safeguards | None = None,
) -> Applied:
    return apply_word(word, request, ledger, hold, NOW, safeguards or Safeguards())


def with_a_hold(ledger: PoolLedger) -> tuple[PoolLedger, Hold]:
    applied = say(Word.REQUESTED, a_request(), ledger)
    assert applied.ledger is not None
    assert applied.hold is not None
    return applied.ledger, applied.hold


def counts(ledger: PoolLedger | None) -> tuple[int, int, int, int]:
    assert ledger is not None
    return ledger.places, ledger.free, ledger.held, ledger.taken

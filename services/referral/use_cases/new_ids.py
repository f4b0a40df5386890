"""New ids, and the short references that people read out on the phone."""

import secrets
from uuid import UUID

import uuid_utils

# Without what is easily taken for something else: 0 O, 1 I L, 2 Z, 5 S, 8 B, and U and V.
LETTERS = "34679ACDEFGHJKMNPQRTWXY"


def new_id() -> UUID:
    """A time-ordered id (UUID version 7, RFC 9562)."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def new_reference() -> str:
    """Such as `K7M-4XQ-W9D`: random, so it tells nothing and cannot be counted on."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(3)) for _ in range(3))

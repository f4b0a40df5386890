"""The mark that ends each record's body: only who has a key of the settings can make it, and the database has none.

The chain covers it like the rest of the body.
"""

import hmac
from collections.abc import Mapping

MARK = 32  # bytes


class RecordMarks:
    """Marks with the first key; marks by the others are still ours."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = [hmac.digest(key, b"kith audit mark", "sha256") for key in keys.values()]

    def mark(self, record: bytes) -> bytes:
        """Of all bytes of a record, in the order of `record_bytes`."""
        return hmac.digest(self._keys[0], record, "sha256")

    def is_ours(self, record: bytes) -> bool:
        """Whether a record, which ends with its mark, was written by a service with our keys."""
        said, mark = record[:-MARK], record[-MARK:]
        return any(hmac.compare_digest(hmac.digest(key, said, "sha256"), mark) for key in self._keys)

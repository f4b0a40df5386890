"""Signed heads: what the sealer says to the outside about the chain, and whether it was us who said it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.referral.domain.audit_chain import head_statement, links


@dataclass(frozen=True, slots=True)
class Head:
    """A run of positions of one area, with every record in it, signed."""

    area: str
    first_position: int
    previous_hash: bytes
    record_ids: Sequence[bytes]
    record_sha256s: Sequence[bytes]
    sealed_at: datetime

    @property
    def last_position(self) -> int:
        return self.first_position + len(self.record_ids) - 1

    def hashes(self) -> list[bytes]:
        """The hash of each position, made anew from what the head lists."""
        return links(self.area, self.first_position, self.record_ids, self.record_sha256s, self.previous_hash)

    def statement(self, last_hash: bytes) -> bytes:
        return head_statement(
            area=self.area,
            first_position=self.first_position,
            last_position=self.last_position,
            previous_hash=self.previous_hash.hex(),
            hash_=last_hash.hex(),
            sealed_at=self.sealed_at,
        )


class HeadSigner:
    """Signs with the first key; the others are on their way out."""

    def __init__(self, seeds: Mapping[str, bytes]) -> None:
        self.kid, seed = next(iter(seeds.items()))
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    def sign(self, statement: bytes) -> bytes:
        return self._key.sign(statement)


class HeadReader:
    """Knows the public halves of all keys that may have signed."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {kid: Ed25519PublicKey.from_public_bytes(key) for kid, key in keys.items()}

    def is_ours(self, kid: str, statement: bytes, signature: bytes) -> bool:
        key = self._keys.get(kid)
        if key is None:
            return False
        try:
            key.verify(signature, statement)
        except InvalidSignature:
            return False
        return True


def public_halves(seeds: Mapping[str, bytes]) -> dict[str, bytes]:
    """What may be given to whoever is to check the chain."""
    return {
        kid: Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        for kid, seed in seeds.items()
    }
